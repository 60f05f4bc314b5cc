WITH customers AS (
    WITH customers AS (SELECT city AS name FROM main.customers) SELECT name FROM customers
)
SELECT name FROM customers
--> name: customers.city
