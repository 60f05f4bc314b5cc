"""Computes the expected outputs in plain Python; neither SQLFlow nor DuckDB takes part in it.

    python examples/conditional_pipelines/expected/make.py
"""
import csv
import pathlib
from decimal import Decimal

here = pathlib.Path(__file__).parent


def read(name: str) -> list[dict[str, str]]:
    with open(here.parent / "data" / f"{name}.csv", newline="") as file:
        return list(csv.DictReader(file))


def expect(name: str, header: list[str], rows: list[tuple]) -> None:
    with open(here / name, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def cents(amount: Decimal | int) -> str:
    """A sum of prices as the pipelines write it, a DECIMAL with two digits."""
    return f"{amount:.2f}"


customers, products, sales = read("customers"), read("products"), read("sales")
category = {product["product_id"]: product["category"] for product in products}


def spent(rows: list[dict[str, str]]) -> Decimal:
    return sum((int(row["quantity"]) * Decimal(row["price"]) for row in rows), Decimal(0))


by_category: dict[str, list[dict[str, str]]] = {}
for sale in sales:
    by_category.setdefault(category[sale["product_id"]], []).append(sale)
expect("report_production.csv", ["category", "orders", "revenue"],
       [(name, len(rows), cents(spent(rows))) for name, rows in sorted(by_category.items())])

expect("report_staging.csv", ["category", "customer", "quantity"], sorted(
    (category[sale["product_id"]], f"customer {sale['customer_id']}", int(sale["quantity"]))
    for sale in sales))

first = sorted(sales, key=lambda sale: int(sale["order_id"]))[:5]
expect("report_dev.csv", ["category", "order_id", "quantity"], sorted(
    (category[sale["product_id"]], int(sale["order_id"]), int(sale["quantity"])) for sale in first))


def by_customer(region: str, types: str) -> None:
    def chosen(customer: dict[str, str]) -> bool:
        here = region in ("global", customer["region"])
        agreed = region != "eu" or customer["gdpr_consent"] == "true"
        return here and agreed and types in ("all", customer["account_type"])

    rows = []
    for customer in filter(chosen, customers):
        own = [sale for sale in sales if sale["customer_id"] == customer["customer_id"]]
        rows.append((customer["name"], customer["account_type"], len(own), cents(spent(own))))
    expect(f"customers_{region}_{types}.csv", ["name", "account_type", "orders", "spent"], sorted(rows))


for region in ("global", "us-east", "us-west", "eu"):
    by_customer(region, "all")
by_customer("eu", "premium")
