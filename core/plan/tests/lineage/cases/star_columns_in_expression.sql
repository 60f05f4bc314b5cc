SELECT max(COLUMNS(* EXCLUDE emp)), count(*) AS n FROM months
--> jan: months.jan
--> feb: months.feb
--> mar: months.mar
--> n:
