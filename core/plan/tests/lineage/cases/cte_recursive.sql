WITH RECURSIVE chain(id, boss, path) AS (
    SELECT id, manager_id, name FROM employees WHERE manager_id IS NULL
    UNION ALL
    SELECT e.id, e.manager_id, chain.path || '/' || e.name FROM employees e JOIN chain ON e.manager_id = chain.id
)
SELECT id, boss, path FROM chain
--> id: employees.id
--> boss: employees.manager_id
--> path: employees.name
--| employees.id employees.manager_id
