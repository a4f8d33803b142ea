# Makes correlation.json: heavily tied columns and R's own correlations of them.
# Run as: Rscript test/calibration/golden/correlation.R > test/calibration/golden/correlation.json
RNGversion("4.2.2")
set.seed(7)
x <- round(exp(rnorm(200, 3, 1)))
y <- round(0.3 * log(x) + rnorm(200), 1)
numbers <- function(v) paste0("[", paste(sprintf("%.17g", v), collapse = ","), "]")
cat(sprintf('{"x":%s,"y":%s,"pearson":%.17g,"spearman":%.17g}\n',
  numbers(x), numbers(y), cor(x, y), cor(x, y, method = "spearman")))
