SELECT emp, COLUMNS('^(jan|m.r)$') FROM months
--> emp: months.emp
--> jan: months.jan
--> mar: months.mar
