SELECT region, "2023_s", "2024_n" + 1 AS more
FROM sales PIVOT (sum(amount) AS s, count(*) AS n FOR year IN (2023, 2024) GROUP BY region)
--> region: sales.region
--> 2023_s: sales.amount sales.year
--> more: sales.year
--| sales.region
