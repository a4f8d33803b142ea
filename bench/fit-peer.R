# One timed fit: arguments = "exact" or "default", file of n x and n y (little-endian Float64), frac, and where the
# fitted values go, in ascending order of x. Prints JSON {ms, version}.
args <- commandArgs(TRUE)
values <- readBin(args[2], "double", file.size(args[2]) / 8, endian = "little")
n <- length(values) / 2
x <- values[1:n]
y <- values[(n + 1):(2 * n)]
delta <- if (args[1] == "exact") 0 else 0.01 * diff(range(x))
ms <- 1000 * system.time(fit <- lowess(x, y, f = as.numeric(args[3]), iter = 3, delta = delta))[["elapsed"]]
writeBin(fit$y, args[4], endian = "little")
cat(sprintf('{"ms": %.1f, "version": "%s"}\n', ms, getRversion()))
