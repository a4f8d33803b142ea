# Makes cases.json: inputs drawn here with fixed seeds, outputs by R's own lowess().
# Run: Rscript generate.R > cases.json
# Every number is printed with 17 digits, so both sides see the same doubles. `input` counts inputs from 0;
# `fitted` holds the values at the distinct x.

set.seed(20261124, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")

lengths_of <- function(n) pmin(8000, pmax(20, round(rlnorm(n, 6.5, 0.8))))
rewards_of <- function(x) round(2 * log1p(x / 300) + rnorm(length(x)) + 4 * (runif(length(x)) < 0.03), 4)

inputs <- list()
cases <- list()

# `offset` is taken off x before R sees it: R's centre is a sum of raw x, which loses digits to a huge offset.
add <- function(name, x, y, frac, iterations, delta = 0, offset = 0) {
  fit <- lowess(x - offset, y, f = frac, iter = iterations, delta = delta)
  input <- list(x = x, y = y)
  known <- which(vapply(inputs, identical, NA, input))
  if (length(known) == 0) {
    inputs[[length(inputs) + 1]] <<- input
    known <- length(inputs)
  }
  cases[[length(cases) + 1]] <<- list(
    name = name, frac = frac, iterations = iterations, delta = delta,
    input = known[1] - 1, fitted = fit$y[!duplicated(fit$x)]
  )
}

# Lengths of responses and biased rewards, over frac, iterations and R's interpolation.
x <- lengths_of(1500); y <- rewards_of(x)
for (iterations in c(0, 1, 3)) for (frac in c(0.1, 0.5, 0.9)) {
  add(sprintf("lengths n=1500 frac=%g iterations=%d", frac, iterations), x, y, frac, iterations)
}
for (share in c(0.002, 0.01, 0.3)) {
  add(sprintf("delta=%g of the range", share), x, y, 0.3, 3, share * diff(range(x)))
}
add("delta wider than the range", x, y, 0.3, 3, 2 * diff(range(x)))
add("span of all samples", x, y, 1, 3)

# Shapes of x.
x <- round(rnorm(300), 6); add("reals", x, round(sin(2 * x) + 0.3 * rnorm(300), 5), 0.4, 3)
add("reals, delta", x, round(sin(2 * x) + 0.3 * rnorm(300), 5), 0.2, 2, 0.05)
x <- sample(1:30, 400, TRUE); add("heavy ties", x, round(x / 10 + rt(400, 2), 5), 0.3, 3)
x <- c(rep(57, 200), sample(1:500, 200)); add("half the mass at one length", x, round(rnorm(400), 5), 0.3, 3)
add("huge offset of x", 1e6 + sample(1:200, 300, TRUE), round(rnorm(300), 5), 0.5, 3)
add("huge offset of x, reals (R: without it)", 1e9 + round(runif(300) * 1024) / 1024, round(rnorm(300), 5), 0.5, 3, 0, 1e9)
add("huge offset of y", sample(1:200, 300, TRUE), 1e6 + round(rnorm(300), 3), 0.5, 3)
x <- round(rep(c(0, 1000, 1003, 50000), each = 60) + runif(240, 0, 3), 4)
add("clusters", x, round(x / 1e4 + rnorm(240), 5), 0.35, 3)
add("clusters, narrow windows", x, round(x / 1e4 + rnorm(240), 5), 0.05, 3)
add("one far x", c(1:99, 1e7), round(rnorm(100), 5), 0.5, 3)
add("negative and positive x", sample(-50:50, 200, TRUE), round(rnorm(200), 5), 0.4, 3)
add("tiny x", round(runif(100), 5) * 1e-300, round(rnorm(100), 5), 0.5, 3)

# Shapes of y.
add("constant reward", sample(1:100, 150, TRUE), rep(0.1, 150), 0.5, 3)
add("exact line", 1:120, 3 - 0.25 * (1:120), 0.4, 3)
add("two values", sample(1:300, 400, TRUE), sample(0:1, 400, TRUE), 0.5, 3)
add("mostly zero", 1:150, ifelse(1:150 %% 7 == 0, 1, 0), 0.3, 3)
add("line with few outliers: zero median residual", 1:100, ifelse(1:100 %% 10 == 0, 50, 1), 0.3, 5)
add("heavy tails", sample(1:400, 500, TRUE), round(rcauchy(500), 4), 0.4, 4)

# Degenerate windows.
add("constant length", rep(7, 40), round(rnorm(40), 5), 0.5, 3)
add("two distinct lengths", sample(c(3, 9), 60, TRUE), round(rnorm(60), 5), 0.3, 3)
add("three distinct lengths", sample(c(3, 9, 10), 60, TRUE), round(rnorm(60), 5), 0.5, 3)
add("windows of two", sort(sample(1:1000, 60)), round(rnorm(60), 5), 0.01, 2)
add("windows of three", sort(sample(1:1000, 60)), round(rnorm(60), 5), 0.05, 3)
for (n in 1:6) for (frac in c(0.3, 0.7, 1)) {
  add(sprintf("n=%d frac=%g", n, frac), sample(1:5, n, TRUE), round(rnorm(n), 4), frac, 3)
}
for (i in 1:40) {
  n <- sample(2:40, 1)
  x <- if (i %% 2) sample(1:sample(2:30, 1), n, TRUE) else round(rexp(n), 3)
  add(sprintf("small %d", i), x, round(rt(n, 1.5), 4), round(runif(1, 0.02, 1), 3), sample(0:6, 1))
}

number <- function(v) ifelse(v == round(v) & abs(v) < 1e15, sprintf("%.0f", v), sprintf("%.17g", v))
array <- function(v) paste0("[", paste(number(v), collapse = ","), "]")
line <- function(k) sprintf(
  '{"name":"%s","frac":%.17g,"iterations":%d,"delta":%.17g,"input":%d,"fitted":%s}',
  k$name, k$frac, as.integer(k$iterations), k$delta, as.integer(k$input), array(k$fitted)
)
cat(sprintf('{"made_by":"%s, test/lowess/golden/generate.R","inputs":[\n', R.version.string))
cat(paste(vapply(inputs, function(i) sprintf('{"x":%s,"y":%s}', array(i$x), array(i$y)), ""), collapse = ",\n"))
cat('\n],"cases":[\n')
cat(paste(vapply(cases, line, ""), collapse = ",\n"))
cat("\n]}\n")
