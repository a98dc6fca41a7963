#!/bin/sh
# Prints what Kubernetes has to know of an installation, made of what `ting ops init` wrote:
#   sh deploy/kubernetes/secrets.sh .env keys/public.pem | kubectl apply -f -
# `ting` holds every line of .env, of which each pod is given the few that it needs; postgres-* are the same passwords in the form
# that CloudNativePG reads.
set -eu
environment=${1:?the .env of ting ops init} key=${2:?its public.pem}
if grep --quiet '^[A-Z_]*=change-me$' "$environment"; then
  echo "$environment still holds samples in place of secrets: ting ops init makes real ones" >&2
  exit 1
fi

encoded() { printf '%s' "$1" | base64 | tr -d '\n'; }

printf 'apiVersion: v1\nkind: Secret\nmetadata: { name: ting, namespace: ting }\ndata:\n'
grep '^[A-Z_]*=' "$environment" | while IFS= read -r line; do
  printf '  %s: "%s"\n' "${line%%=*}" "$(encoded "${line#*=}")"
done

login() { # the Secret, the user, the variable with the password
  printf -- '---\napiVersion: v1\nkind: Secret\ntype: kubernetes.io/basic-auth\n'
  printf 'metadata: { name: %s, namespace: ting, labels: { cnpg.io/reload: "true" } }\n' "$1"
  printf 'data: { username: "%s", password: "%s" }\n' "$(encoded "$2")" "$(encoded "$(sed -n "s/^$3=//p" "$environment")")"
}

for service in intake analysis satisfaction recovery; do
  upper=$(printf '%s' "$service" | tr '[:lower:]' '[:upper:]')
  login "postgres-$service-owner" "${service}_owner" "${upper}_OWNER_PASSWORD"
  login "postgres-$service" "$service" "${upper}_DATABASE_PASSWORD"
done
login postgres-backup backup BACKUP_DATABASE_PASSWORD

printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: ting-public-key, namespace: ting }\ndata:\n  public.pem: |\n'
sed 's/^/    /' "$key"
