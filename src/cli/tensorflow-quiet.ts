/**
 * A module of its own that closes standard error for a moment: TensorFlow's library writes a line about oneDNN while it is
 * loaded, before any log level is read.
 */
export const quietSource = `#include <fcntl.h>
#include <unistd.h>

#include <node_api.h>

static int kept = -1;

static napi_value Mute(napi_env, napi_callback_info) {
  int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (kept >= 0 || nothing < 0) return nullptr;
  kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (kept >= 0) dup2(nothing, STDERR_FILENO);
  close(nothing);
  return nullptr;
}

static napi_value Unmute(napi_env, napi_callback_info) {
  if (kept < 0) return nullptr;
  dup2(kept, STDERR_FILENO);
  close(kept);
  kept = -1;
  return nullptr;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "mute", NAPI_AUTO_LENGTH, Mute, nullptr, &function);
  napi_set_named_property(env, exports, "mute", function);
  napi_create_function(env, "unmute", NAPI_AUTO_LENGTH, Unmute, nullptr, &function);
  napi_set_named_property(env, exports, "unmute", function);
  return exports;
}
`
