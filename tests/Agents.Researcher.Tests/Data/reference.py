"""Figures of a CSV file, by Python's own means: what the analyst's are held against."""
import csv
import datetime
import json
import statistics
import sys


def ranks(values):
    order = sorted(values)
    first = {}
    last = {}
    for i, value in enumerate(order):
        first.setdefault(value, i)
        last[value] = i
    return [(first[v] + last[v]) / 2 for v in values]


rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8", newline="")))
numbers = sys.argv[2].split(",")
columns = {name: [float(row[name]) for row in rows] for name in numbers}
days = [(datetime.date.fromisoformat(row["date"]) - datetime.date(1970, 1, 1)).days for row in rows]
result = {"rows": len(rows), "columns": {}, "pairs": {}, "trends": {}, "weather": {}}
for row in rows:
    result["weather"][row["weather"]] = result["weather"].get(row["weather"], 0) + 1
for name, values in columns.items():
    q1, median, q3 = statistics.quantiles(values, n=4, method="inclusive")
    low, high = q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1)
    result["columns"][name] = {
        "min": min(values), "max": max(values), "mean": statistics.fmean(values), "sd": statistics.stdev(values),
        "q1": q1, "median": median, "q3": q3, "distinct": len(set(values)),
        "low_fence": low, "high_fence": high, "outliers": sum(1 for v in values if v < low or v > high),
    }
    line = statistics.linear_regression(days, values)
    result["trends"][name] = {
        "slope": line.slope * 365.25, "start": line.intercept + line.slope * min(days), "end": line.intercept + line.slope * max(days),
        "r_squared": statistics.correlation(days, values) ** 2,
    }
for i, x in enumerate(numbers):
    for y in numbers[i + 1:]:
        result["pairs"][x + "," + y] = {
            "pearson": statistics.correlation(columns[x], columns[y]),
            "spearman": statistics.correlation(ranks(columns[x]), ranks(columns[y])),
        }
json.dump(result, sys.stdout)
