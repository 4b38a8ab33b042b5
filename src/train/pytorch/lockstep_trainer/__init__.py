"""The same run in PyTorch: network, weights, order, augmentation and masks come from Lockstep as files."""
