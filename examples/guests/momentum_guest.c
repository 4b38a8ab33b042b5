/* Momentum in C, as a guest of Lockstep:
     cc -O2 -ffp-contract=off -o momentum_guest momentum_guest.c
     lockstep verify --command ./momentum_guest --rule momentum/lecture
   Without a JSON library: a request is searched for keys, whose order and spacing the protocol guarantees. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS = 16, PARAMS = 64, SIZE = 8192 };
typedef struct { double lr, gamma, x[PARAMS][SIZE], v[PARAMS][SIZE]; int params, size[PARAMS]; } Run;

static char *after(char *text, const char *key) { /* what follows a key; NULL where it is not there */
  char *found = strstr(text, key);
  return found ? found + strlen(key) : NULL;
}

static char *read_bits(char *at, double *values, int *n) { /* up to the closing quote */
  for (*n = 0; *at != '"' && *n < SIZE; at += 16) {
    char digits[17] = {0};
    uint64_t bits = strtoull(memcpy(digits, at, 16), NULL, 16);
    memcpy(&values[(*n)++], &bits, 8);
  }
  return at;
}

static void write_bits(const char *before, const double *values, int n) {
  printf("%s\"", before);
  for (int i = 0; i < n; i++) {
    uint64_t bits;
    memcpy(&bits, &values[i], 8);
    printf("%016llx", (unsigned long long)bits);
  }
  printf("\"");
}

static void open_run(Run *run, char *line) {
  memset(run, 0, sizeof *run);
  run->lr = atof(after(line, "\"lr\":"));
  run->gamma = atof(after(line, "\"gamma\":"));
  for (char *at = line; run->params < PARAMS && (at = after(at, "\"value\":\"")); run->params++)
    at = read_bits(at, run->x[run->params], &run->size[run->params]);
  printf("{}");
}

static char *step(Run *run, char *at) { /* from the bracket of one step to what follows it */
  double g[SIZE];
  for (int k = 0; k < run->params; k++) {
    if (*++at == 'n') at += 4; /* null: no gradient; v and x stay as they are */
    else {
      int n;
      at = read_bits(at + 1, g, &n) + 1;
      for (int i = 0; i < n; i++) {
        run->v[k][i] = run->gamma * run->v[k][i] + run->lr * g[i];
        run->x[k][i] -= run->v[k][i];
      }
    }
  }
  for (int k = 0; k < run->params; k++) write_bits(k ? "," : "{\"x\":[", run->x[k], run->size[k]);
  for (int k = 0; k < run->params; k++) write_bits(k ? "},{\"v\":" : "],\"state\":[{\"v\":", run->v[k], run->size[k]);
  printf("}]}");
  return at + 1;
}

int main(void) {
  static char line[1 << 24];
  static Run runs[RUNS];
  while (fgets(line, sizeof line, stdin)) {
    char *what = after(line, "\"do\":\""), *name = after(line, "\"run\":\"r"), *at;
    Run *run = &runs[name ? atoi(name) % RUNS : 0];
    if (!strncmp(what, "bye", 3)) break;
    printf("{\"id\":%d,\"ok\":", atoi(after(line, "\"id\":")));
    if (!strncmp(what, "hello", 5))
      printf("{\"protocol\":\"lockstep/1\",\"name\":\"c-momentum\",\"formats\":[\"float64\"],\"rules\":{\"momentum/lecture\":"
             "{\"hyper\":[\"lr\",\"gamma\"],\"state\":[\"v\"],\"features\":[\"state\",\"absent\"]}}}");
    else if (!strncmp(what, "open", 4)) open_run(run, line);
    else if (!strncmp(what, "steps", 5)) {
      printf("{\"steps\":[");
      for (at = after(line, "\"gradients\":["); *at == '['; at += *at == ',' ? (printf(","), 1) : 0) at = step(run, at);
      printf("]}");
    } else printf("{}"); /* close */
    printf("}\n");
    fflush(stdout);
  }
  return 0;
}
