SELECT region, year, sum(amount) AS total FROM sales GROUP BY GROUPING SETS ((1, 2), (region), ()) ORDER BY 3 DESC, 1
--> region: sales.region
--> year: sales.year
--> total: sales.amount
--| sales.amount sales.region sales.year
