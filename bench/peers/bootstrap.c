/*
 * Bootstrap over models of PC1 and Spearman, as a C programmer would write it: one thread, C11, no intrinsics, libm only.
 * What it computes is METHODS §5 for the percentile interval alone; input and output are described in README.md.
 *
 * Nothing is sorted again in a resample but the scores. Columns are sorted once; a resample is a multiplicity per model,
 * and a midrank follows from the multiplicities cumulated along the sorted column. Ranks are kept as the integers
 * t = 2 midrank − (m + 1), which are centred, so that every rank correlation is a ratio of exact integers:
 * within a tie group of total multiplicity W that starts after C: t = 2C + W − m, and Σ t² = (m³ − Σ W³) / 3.
 */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A column's models in ascending order, missing ones left out, and where its tie groups end. */
typedef struct {
  int present;
  int groups;
  int pattern;   /* which set of models it has */
  int *order;    /* [present] */
  int *groupEnd; /* [groups]; NULL where no two models tie */
} Column;

/* A set of models that some targets have: the score is ranked once for each. */
typedef struct {
  unsigned char *has; /* [n] */
  int complete;
  /* Of the resample: */
  int64_t size;    /* m, its models that are in the set */
  int64_t cubes;   /* Σ w³, which is Σ W³ of a column without ties */
  int64_t scoreSS; /* Σ s² */
  int64_t *u;      /* [n] multiplicity × centred score rank */
} Pattern;

static void *reserve(size_t count, size_t size) {
  void *block = calloc(count ? count : 1, size);
  if (!block) {
    fputs("out of memory\n", stderr);
    exit(1);
  }
  return block;
}

static int compareValues(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

typedef struct {
  double value;
  int model;
} Cell;

static Column sortColumn(const double *table, int n, int width, int j) {
  Cell *cells = reserve(n, sizeof *cells);
  Column column = {0};
  for (int i = 0; i < n; i++) {
    const double value = table[(size_t)i * width + j];
    if (!isnan(value)) cells[column.present++] = (Cell){value, i};
  }
  qsort(cells, column.present, sizeof *cells, compareValues);
  column.order = reserve(column.present, sizeof *column.order);
  column.groupEnd = reserve(column.present, sizeof *column.groupEnd);
  for (int k = 0; k < column.present; k++) {
    column.order[k] = cells[k].model;
    if (k + 1 == column.present || cells[k + 1].value != cells[k].value) column.groupEnd[column.groups++] = k + 1;
  }
  if (column.groups == column.present) {
    free(column.groupEnd);
    column.groupEnd = NULL;
  }
  free(cells);
  return column;
}

static int findPattern(Pattern *patterns, int *count, const double *table, int n, int width, int j) {
  unsigned char *has = reserve(n, 1);
  int complete = 1;
  for (int i = 0; i < n; i++) complete &= has[i] = !isnan(table[(size_t)i * width + j]);
  for (int k = 0; k < *count; k++) {
    if (memcmp(patterns[k].has, has, n) == 0) {
      free(has);
      return k;
    }
  }
  patterns[*count] = (Pattern){.has = has, .complete = complete, .u = reserve(n, sizeof(int64_t))};
  return (*count)++;
}

/* xoshiro256** (Blackman and Vigna 2018), seeded by splitmix64. */
static uint64_t state[4];

static uint64_t rotate(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static uint64_t nextRandom(void) {
  const uint64_t result = rotate(state[1] * 5, 7) * 9, t = state[1] << 17;
  state[2] ^= state[0];
  state[3] ^= state[1];
  state[1] ^= state[2];
  state[0] ^= state[3];
  state[2] ^= t;
  state[3] = rotate(state[3], 45);
  return result;
}

static void seedRandom(uint64_t seed) {
  for (int k = 0; k < 4; k++) {
    uint64_t z = seed += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    state[k] = z ^ (z >> 31);
  }
}

/* n models with replacement, as multiplicities (multiply-shift; its bias, n / 2^32, is far below what B can show). */
static void draw(int64_t *w, int n) {
  memset(w, 0, n * sizeof *w);
  for (int i = 0; i < n; i += 2) {
    const uint64_t bits = nextRandom();
    w[((bits >> 32) * (uint64_t)n) >> 32]++;
    if (i + 1 < n) w[((bits & 0xffffffff) * (uint64_t)n) >> 32]++;
  }
}

/* What one fit needs; tables of p columns are held in rows of `stride`, padded with zeros. */
typedef struct {
  int n, p, stride;
  const double *x;       /* [n × stride] */
  const Column *columns; /* [p] */
  double *t;             /* [n × stride] centred ranks */
  double *r, *v, *next, *ss, *mean, *variance;
} Fit;

static void rankCapabilities(const Fit *fit, const int64_t *w) {
  const int n = fit->n, stride = fit->stride;
  for (int j = 0; j < fit->p; j++) {
    const Column *column = &fit->columns[j];
    int64_t before = 0, cubes = 0;
    for (int g = 0, k = 0; g < column->groups; g++) {
      const int end = column->groupEnd ? column->groupEnd[g] : g + 1, start = k;
      int64_t group = 0;
      for (; k < end; k++) group += w[column->order[k]];
      const double rank = (double)(2 * before + group - n);
      for (k = start; k < end; k++) fit->t[(size_t)column->order[k] * stride + j] = rank;
      before += group;
      cubes += group * group * group;
    }
    fit->ss[j] = (double)(((int64_t)n * n * n - cubes) / 3);
  }
}

/* R of the resample. A column that is constant in it has Σt² = 0 and gets a row and a column of zeros. */
static void correlateCapabilities(const Fit *fit, const int64_t *w) {
  const int p = fit->p, stride = fit->stride;
  memset(fit->r, 0, (size_t)p * stride * sizeof *fit->r);
  for (int i = 0; i < fit->n; i++) {
    if (!w[i]) continue;
    const double *restrict t = &fit->t[(size_t)i * stride];
    for (int a = 0; a < p; a++) {
      const double weighted = (double)w[i] * t[a];
      double *restrict row = &fit->r[(size_t)a * stride];
      for (int b = 0; b < stride; b++) row[b] += weighted * t[b];
    }
  }
  for (int a = 0; a < p; a++) fit->ss[a] = fit->ss[a] > 0 ? 1 / sqrt(fit->ss[a]) : 0;
  for (int a = 0; a < p; a++)
    for (int b = 0; b < p; b++) fit->r[(size_t)a * stride + b] *= fit->ss[a] * fit->ss[b];
}

/* Power iteration from the original weights; the sign is theirs. */
static void dominantEigenvector(const Fit *fit, const double *start) {
  const int p = fit->p, stride = fit->stride;
  double *restrict v = fit->v, *restrict next = fit->next;
  memcpy(v, start, stride * sizeof *v);
  for (int pass = 0; pass < 1000; pass++) {
    memset(next, 0, stride * sizeof *next);
    for (int a = 0; a < p; a++) {
      const double *restrict row = &fit->r[(size_t)a * stride];
      for (int b = 0; b < stride; b++) next[b] += v[a] * row[b];
    }
    double norm = 0, change = 0;
    for (int b = 0; b < p; b++) norm += next[b] * next[b];
    norm = 1 / sqrt(norm);
    for (int b = 0; b < p; b++) {
      const double value = next[b] * norm, moved = fabs(value - v[b]);
      if (moved > change) change = moved;
      v[b] = value;
    }
    if (change < 1e-12) break;
  }
  double inner = 0;
  for (int b = 0; b < p; b++) inner += v[b] * start[b];
  if (inner < 0)
    for (int b = 0; b < p; b++) v[b] = -v[b];
}

/* Scores of all models, drawn or not, so that the order of the last resample stays one of all. Only their order matters: no mean. */
static void scoreModels(const Fit *fit, const int64_t *w, double *score) {
  const int n = fit->n, p = fit->p, stride = fit->stride;
  double *restrict mean = fit->mean, *restrict variance = fit->variance;
  memset(mean, 0, stride * sizeof *mean);
  memset(variance, 0, stride * sizeof *variance);
  for (int i = 0; i < n; i++) {
    if (!w[i]) continue;
    for (int j = 0; j < stride; j++) mean[j] += (double)w[i] * fit->x[(size_t)i * stride + j];
  }
  for (int j = 0; j < stride; j++) mean[j] /= n;
  for (int i = 0; i < n; i++) {
    if (!w[i]) continue;
    for (int j = 0; j < stride; j++) {
      const double d = fit->x[(size_t)i * stride + j] - mean[j];
      variance[j] += (double)w[i] * d * d;
    }
  }
  for (int j = 0; j < p; j++) fit->next[j] = fit->ss[j] > 0 ? fit->v[j] / sqrt(variance[j] / n) : 0;
  for (int i = 0; i < n; i++) {
    double sum = 0; /* in column order: models with equal rows get equal bits */
    for (int j = 0; j < p; j++) sum += fit->next[j] * fit->x[(size_t)i * stride + j];
    score[i] = sum;
  }
}

static void sortByInsertion(int *order, const double *score, int n) {
  for (int k = 1; k < n; k++) {
    const int model = order[k];
    const double value = score[model];
    int at = k;
    for (; at > 0 && score[order[at - 1]] > value; at--) order[at] = order[at - 1];
    order[at] = model;
  }
}

static void rankScores(Pattern *pattern, const int *order, const double *score, const int64_t *w, int n) {
  int64_t m = n, cubes = 0, tied = 0, before = 0;
  if (!pattern->complete) {
    m = 0;
    for (int i = 0; i < n; i++) m += pattern->has[i] ? w[i] : 0;
  }
  for (int i = 0; i < n; i++) cubes += pattern->has[i] ? w[i] * w[i] * w[i] : 0;
  for (int k = 0; k < n;) {
    const int start = k;
    const double value = score[order[k]];
    int64_t group = 0;
    for (; k < n && score[order[k]] == value; k++) group += pattern->has[order[k]] ? w[order[k]] : 0;
    const int64_t rank = 2 * before + group - m;
    for (int i = start; i < k; i++) pattern->u[order[i]] = pattern->has[order[i]] ? w[order[i]] * rank : 0;
    before += group;
    tied += group * group * group;
  }
  pattern->size = m;
  pattern->cubes = cubes;
  pattern->scoreSS = (m * m * m - tied) / 3;
}

/* Spearman's rho with the score in the resample; NaN where it is undefined. */
static double correlateTarget(const Column *column, const Pattern *pattern, const int64_t *restrict w) {
  const int *restrict order = column->order;
  const int64_t *restrict u = pattern->u;
  int64_t before = 0, product = 0, cubes = 0;
  if (!column->groupEnd) {
    for (int k = 0; k < column->present; k++) {
      const int64_t multiplicity = w[order[k]];
      product += u[order[k]] * (2 * before + multiplicity);
      before += multiplicity;
    }
    cubes = pattern->cubes;
  } else {
    for (int g = 0, k = 0; g < column->groups; g++) {
      int64_t group = 0, sum = 0;
      for (; k < column->groupEnd[g]; k++) {
        group += w[order[k]];
        sum += u[order[k]];
      }
      product += sum * (2 * before + group);
      before += group;
      cubes += group * group * group;
    }
  }
  const int64_t m = pattern->size, ss = (m * m * m - cubes) / 3;
  if (m < 3 || ss == 0 || pattern->scoreSS == 0) return NAN;
  return (double)product / sqrt((double)ss * (double)pattern->scoreSS);
}

/* The k-th smallest (Hoare 1961); everything before it is no larger, everything after it no smaller. */
static double quickselect(double *a, int n, int k) {
  int low = 0, high = n - 1;
  while (low < high) {
    const double pivot = a[low + (high - low) / 2];
    int i = low, j = high;
    while (i <= j) {
      while (a[i] < pivot) i++;
      while (a[j] > pivot) j--;
      if (i <= j) {
        const double swap = a[i];
        a[i++] = a[j];
        a[j--] = swap;
      }
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return a[k];
}

/* Hyndman and Fan's type 7. */
static double quantile(double *values, int n, double q) {
  const double h = (n - 1) * q;
  const int k = (int)h;
  const double low = quickselect(values, n, k);
  if (k + 1 == n) return low;
  double high = values[k + 1];
  for (int i = k + 2; i < n; i++)
    if (values[i] < high) high = values[i];
  return low + (h - k) * (high - low);
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(int argc, char **argv) {
  double header[5];
  FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
  if (!file || fread(header, sizeof *header, 5, file) != 5) {
    fputs("usage: bootstrap <input>\n", stderr);
    return 1;
  }
  const int n = (int)header[0], p = (int)header[1], q = (int)header[2], B = (int)header[3], width = p + q;
  double *table = reserve((size_t)n * width, sizeof *table);
  if (fread(table, sizeof *table, (size_t)n * width, file) != (size_t)n * width) {
    fputs("the input ends early\n", stderr);
    return 1;
  }
  fclose(file);

  const double begin = seconds();
  const int stride = (p + 7) / 8 * 8;
  seedRandom((uint64_t)header[4]);
  double *x = reserve((size_t)n * stride, sizeof *x);
  for (int i = 0; i < n; i++)
    for (int j = 0; j < p; j++) x[(size_t)i * stride + j] = table[(size_t)i * width + j];
  Column *columns = reserve(width, sizeof *columns);
  Pattern *patterns = reserve(q, sizeof *patterns);
  int patternCount = 0;
  for (int j = 0; j < width; j++) columns[j] = sortColumn(table, n, width, j);
  for (int j = p; j < width; j++) columns[j].pattern = findPattern(patterns, &patternCount, table, n, width, j);
  const Fit fit = {
      .n = n, .p = p, .stride = stride, .x = x, .columns = columns,
      .t = reserve((size_t)n * stride, sizeof(double)), .r = reserve((size_t)p * stride, sizeof(double)),
      .v = reserve(stride, sizeof(double)), .next = reserve(stride, sizeof(double)), .ss = reserve(stride, sizeof(double)),
      .mean = reserve(stride, sizeof(double)), .variance = reserve(stride, sizeof(double)),
  };
  int64_t *w = reserve(n, sizeof *w);
  int *order = reserve(n, sizeof *order);
  double *score = reserve(n, sizeof *score), *original = reserve(stride, sizeof *original);
  double *replicates = reserve((size_t)q * B, sizeof *replicates);
  int *usable = reserve(q, sizeof *usable);

  for (int i = 0; i < n; i++) {
    w[i] = 1;
    order[i] = i;
  }
  for (int j = 0; j < p; j++) original[j] = 1;
  rankCapabilities(&fit, w);
  correlateCapabilities(&fit, w);
  dominantEigenvector(&fit, original);
  int largest = 0;
  for (int j = 1; j < p; j++)
    if (fabs(fit.v[j]) > fabs(fit.v[largest])) largest = j;
  for (int j = 0; j < p; j++) original[j] = fit.v[largest] < 0 ? -fit.v[j] : fit.v[j];

  for (int b = 0; b < B; b++) {
    draw(w, n);
    rankCapabilities(&fit, w);
    correlateCapabilities(&fit, w);
    dominantEigenvector(&fit, original);
    scoreModels(&fit, w, score);
    sortByInsertion(order, score, n);
    for (int k = 0; k < patternCount; k++) rankScores(&patterns[k], order, score, w, n);
    for (int j = 0; j < q; j++) {
      const Column *column = &columns[p + j];
      const double rho = correlateTarget(column, &patterns[column->pattern], w);
      if (!isnan(rho)) replicates[(size_t)j * B + usable[j]++] = rho;
    }
  }
  double *bounds = reserve((size_t)q * 2, sizeof *bounds);
  for (int j = 0; j < q; j++) {
    if (!usable[j]) continue;
    bounds[2 * j] = quantile(&replicates[(size_t)j * B], usable[j], 0.025);
    bounds[2 * j + 1] = quantile(&replicates[(size_t)j * B], usable[j], 0.975);
  }
  const double elapsed = seconds() - begin;

  printf("{\"seconds\":%.9f,\"bounds\":[", elapsed);
  for (int j = 0; j < q; j++) {
    if (usable[j]) printf("%s[%.17g,%.17g,%d]", j ? "," : "", bounds[2 * j], bounds[2 * j + 1], usable[j]);
    else printf("%snull", j ? "," : "");
  }
  puts("]}");
  return 0;
}
