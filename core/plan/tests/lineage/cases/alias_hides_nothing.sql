SELECT upper(city) AS city, city AS town, count(*) AS n FROM customers WHERE city <> 'x' GROUP BY city ORDER BY city
--> city: customers.city
--> town: customers.city
--> n:
--| customers.city
