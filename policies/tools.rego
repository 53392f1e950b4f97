# Decides tool calls by the rules of tools.json, exactly as the orchestrator's built-in evaluator does.
# Written in what Rego v0 (OPA 0.42 and later) and v1 have in common.
#
#   opa run --server policies/
#   POST /v1/data/agents/tools/decision {"input": {"tool": …, "facts": …}}
#
# The input, and what a rule may say, are described in docs/policy.md.
package agents.tools

import future.keywords.if

rules := data.tool_policy.rules

# The first rule that fits decides.
fitting := [i | rule := rules[i]; fits(rule)]

decision := {
	"effect": rule.effect,
	"rule": rule.id,
	"reason": object.get(rule, "reason", ""),
	"grants": object.get(rule, "grants", []),
	"deciders": object.get(rule, "deciders", []),
} if {
	count(fitting) > 0
	rule := rules[fitting[0]]
}

decision := {
	"effect": data.tool_policy["default"],
	"rule": "",
	"reason": "No rule of the policy fits the call.",
	"grants": [],
	"deciders": [],
} if {
	count(fitting) == 0
}

fits(rule) if {
	list_fits(rule, "tools", input.tool)
	list_fits(rule, "risks", input.risk)
	list_fits(rule, "roles", input.role)
	list_fits(rule, "agents", input.agent)
	list_fits(rule, "tenants", input.tenant)
	list_fits(rule, "principals", input.principal)
	list_fits(rule, "playbooks", input.playbook)
	count([name | globs := object.get(rule, "labels", {})[name]; not label_fits(globs, name)]) == 0
	count([i | argument := object.get(rule, "arguments", [])[i]; not argument_fits(rule.effect, argument)]) == 0
	time_fits(object.get(rule, "time", {}))
}

list_fits(rule, key, value) if {
	object.get(rule, key, null) == null
}

list_fits(rule, key, value) if {
	any_glob(rule[key], value)
}

label_fits(globs, name) if {
	any_glob(globs, input.labels[name])
}

# An allowing rule holds for all values of the argument, any other for one of them.
argument_fits(effect, argument) if {
	effect == "allow"
	count(values_of(argument)) > 0
	count([value | value := values_of(argument)[_]; not any_glob(globs_of(argument), value)]) == 0
}

argument_fits(effect, argument) if {
	effect != "allow"
	any_glob(globs_of(argument), values_of(argument)[_])
}

values_of(argument) := [value | kind := ["values", "paths", "hosts", "verbs"][_]; argument[kind]; value := input.facts[kind][argument.name][_]]

globs_of(argument) := [glob | glob := argument[["values", "paths", "hosts", "verbs"][_]][_]]

time_fits(time) if {
	day_fits(object.get(time, "days", null))
	clock_fits(object.get(time, "from", "00:00"), object.get(time, "to", "24:00"))
}

day_fits(days) if {
	days == null
}

day_fits(days) if {
	days[_] == input.time.day
}

clock_fits(from, to) if {
	from < to
	input.time.clock >= from
	input.time.clock < to
}

# Over midnight.
clock_fits(from, to) if {
	from > to
	input.time.clock >= from
}

clock_fits(from, to) if {
	from > to
	input.time.clock < to
}

any_glob(globs, value) if {
	regex.match(glob_regex(globs[_]), value)
}

# ** is anything, * anything but /, ? one character but /.
glob_regex(glob) := sprintf("^(?s:%s)$", [anything]) if {
	plain := replace(replace(glob, ".", "[.]"), "+", "[+]")
	deep := replace(plain, "**", "\t")
	one := replace(replace(deep, "*", "[^/]*"), "?", "[^/]")
	anything := replace(one, "\t", ".*")
}
