#!/usr/bin/env bash
# Runs both pipelines for several environments and regions, and compares with expected/.
source "$(dirname "$(realpath "$0")")/../example.sh"

sqlflow run by_environment --profile dev
sqlflow run by_environment --profile dev --vars env=staging
sqlflow run by_environment --profile production
for region in global us-east us-west eu; do
  sqlflow run by_region --profile dev --vars "target_region=$region"
done
sqlflow run by_region --profile dev --vars target_region=eu,only_premium=true
sqlflow plan by_region --profile dev --vars target_region=eu
outputs_equal_expected
