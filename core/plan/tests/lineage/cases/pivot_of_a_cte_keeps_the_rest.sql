WITH s AS (SELECT region, year AS y, amount AS a, quarter FROM sales)
FROM s PIVOT (max(a) FOR y IN (2023, 2024))
--> region: sales.region
--> quarter: sales.quarter
--> 2023: sales.amount sales.year
--> 2024: sales.amount sales.year
--| sales.quarter sales.region
