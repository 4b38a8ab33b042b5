"""What a user's optimizer says of itself beside its names."""


def offer(words, settable, notes):
    return {
        'names': 'own',
        'others': words.others,
        'required': words.required,
        'defaults': words.defaults,
        'settable': settable,
        'notes': notes,
    }
