PIVOT sales ON year IN (2023, 2024) USING sum(amount) GROUP BY region
--> region: sales.region
--> 2023: sales.amount sales.year
--> 2024: sales.amount sales.year
--| sales.region
