/**
 * Headers of columns that are about a model or a run and are no score, though many hold numbers. Compared as in
 * `metadata-headers.ts`. They are set aside with a warning.
 */
export const SET_ASIDE_HEADERS: ReadonlySet<string> = new Set([
  ...["id", "uuid", "index", "idx", "unnamed 0", "no", "row", "sha", "revision", "commit"],
  ...["rank", "ranking", "rank ub", "rank stylectrl", "arena rank"],
  ...["likes", "hub likes", "hub", "stars", "downloads", "votes", "num votes", "battles", "num battles"],
  ...[
    "price",
    "input price",
    "output price",
    "cost",
    "costs",
    "average cost",
    "average costs",
    "cost per run",
  ],
  ...["total cost", "cost usd", "price usd", "co cost kg", "co2 cost kg"],
  ...[
    "date",
    "date added",
    "created",
    "created at",
    "updated at",
    "started at",
    "submission date",
    "upload date",
  ],
  ...["year", "knowledge cutoff", "training data cutoff", "model age days", "age days", "timestamp"],
  ...["shots", "shot", "n shot", "n shots", "num fewshot", "few shot", "number of shots", "seed", "epochs"],
  ...["active parameters", "active params", "activated params", "context length", "context window"],
  ...[
    "max length",
    "frames",
    "latency",
    "latency s",
    "runtime",
    "duration",
    "duration seconds",
    "time seconds",
  ],
  ...[
    "average steps",
    "median code length lines",
    "total tasks",
    "total passes",
    "checks run",
    "tokens used",
  ],
  ...["n", "n samples", "num samples", "samples", "sample size", "num examples"],
  ...["ci", "95 ci", "ci low", "ci high", "ci lower", "ci upper", "lower", "upper", "confidence interval"],
  ...["standard error", "stderr", "std err", "std error", "standard deviation", "std dev", "std", "stdev"],
  ...[
    "organisation",
    "organization",
    "org",
    "developer",
    "company",
    "creator",
    "provider",
    "vendor",
    "author",
  ],
  ...[
    "license",
    "licence",
    "model license",
    "url",
    "link",
    "source",
    "source link",
    "notes",
    "note",
    "comment",
  ],
  ...["version", "task version", "benchmark version", "weight type"],
]);

/** Headers that end so are counts, bounds and costs, whatever stands before. */
export const SET_ASIDE_ENDINGS = ["count", "url", "cost", "price", "rank", "ci low", "ci high"] as const;

/** Words of a header that make a kept column worth a second look by whoever posted it. */
export const DOUBTFUL_WORDS: ReadonlySet<string> = new Set([
  ...["parameters", "params", "size", "tokens", "flops", "flop", "gflops", "gpu", "vram"],
  ...["rank", "price", "cost", "usd", "likes", "downloads", "votes", "year", "days", "hours"],
  ...["seconds", "latency", "layers", "version", "steps", "cutoff", "license"],
]);
