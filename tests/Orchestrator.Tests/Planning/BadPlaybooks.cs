namespace Orchestrator.Tests.Planning;

/// <summary>Playbooks with one error each, where it stands, and what is said of it.</summary>
internal static class BadPlaybooks
{
    private const string Head = "name: minimal\ntitle: T\ndescription: D\n";
    private const string Task = "tasks:\n  one:\n    role: writer\n    task: report\n";

    private const string Gate = "tasks:\n  gate:\n";

    /// <summary>What the published schema can tell too.</summary>
    public static readonly (string Name, string Text, int Line, int Column, string Reason)[] OfShape =
    [
        ("not a mapping", "- a\n", 1, 1, "a playbook is a mapping"),
        ("no name", "title: T\ndescription: D\n" + Task, 1, 1, "name is missing"),
        ("name of another shape", "name: Minimal One\ntitle: T\ndescription: D\n" + Task, 1, 7, "lower-case"),
        ("name that is no text", "name: 3\ntitle: T\ndescription: D\n" + Task, 1, 7, "name is the number 3; it must be text"),
        ("no title", "name: minimal\ndescription: D\n" + Task, 1, 1, "title is missing"),
        ("no tasks", Head, 1, 1, "tasks is missing"),
        ("tasks as text", Head + "tasks: none\n", 4, 8, "tasks is the text 'none'"),
        ("empty tasks", Head + "tasks: {}\n", 4, 8, "at least one task"),
        ("unknown field", Head + "titel: x\n" + Task, 4, 1, "'titel' is not known; did you mean 'title'?"),
        ("unknown field of a task", Head + Task + "    neds: []\n", 8, 5, "'tasks.one.neds' is not known; did you mean 'needs'?"),
        ("task without a role", Head + "tasks:\n  one:\n    task: report\n", 6, 5, "tasks.one.role is missing"),
        ("task without a kind", Head + "tasks:\n  one:\n    role: writer\n", 6, 5, "tasks.one.task is missing"),
        ("task as text", Head + "tasks:\n  one: writer\n", 5, 8, "tasks.one is the text 'writer'; it must be a mapping"),
        ("listed task without id", Head + "tasks:\n  - role: writer\n    task: report\n", 5, 5, "needs an 'id'"),
        ("workspace word", Head + "workspace: always\n" + Task, 4, 12, "required, optional, none"),
        ("planner word", Head + "planner: yes\n" + Task, 4, 10, "planner is the text 'yes'; it must be true or false"),
        ("needs as text", Head + Task + "    needs: other\n", 8, 12, "tasks.one.needs is the text 'other'; it must be a list of texts"),
        ("needs of numbers", Head + Task + "    needs: [1]\n", 8, 13, "tasks.one.needs[0] is the number 1; it must be text"),
        ("input as list", Head + Task + "    input: [1]\n", 8, 12, "tasks.one.input is a list; it must be a mapping"),
        ("priority out of range", Head + Task + "    priority: 10\n", 8, 15, "tasks.one.priority is 10; it must be 0 to 9"),
        ("time limit with fraction", Head + Task + "    time_limit: 1.5\n", 8, 17, "it must be a whole number"),
        ("negative estimate", Head + Task + "    estimate: -1\n", 8, 15, "tasks.one.estimate is -1"),
        ("optional as number", Head + Task + "    optional: 1\n", 8, 15, "must be true or false"),
        ("threshold out of range", Head + Task + "    review: {threshold: 101}\n", 8, 25, "tasks.one.review.threshold is 101; it must be 1 to 100"),
        ("unknown field of a review", Head + Task + "    review: {treshold: 80}\n", 8, 14, "did you mean 'threshold'?"),
        ("end of a review", Head + Task + "    review: {on_exhausted: stop}\n", 8, 28, "fail, accept, ask"),
        ("way to combine scores", Head + Task + "    review: {combine: sum}\n", 8, 23, "all, min, mean"),
        ("reviewer without a name", Head + Task + "    review: {reviewers: [{role: x}]}\n", 8, 26, "tasks.one.review.reviewers[0].name is missing"),
        ("way to rule", Head + "disputes: {decide: majority}\n" + Task, 4, 20, "precedence, criteria, consensus, arbiter"),
        ("attempts out of range", Head + Task + "    retry: {max_attempts: 0}\n", 8, 27, "it must be 1 to 100"),
        ("expected files as text", Head + Task + "    expected_output: {files: a.md}\n", 8, 30, "must be a list of texts"),
        ("keywords as text", Head + "match: {keywords: audit}\n" + Task, 4, 19, "must be a list of texts"),
        ("workspace hint", Head + "match: {workspace: pictures}\n" + Task, 4, 20, "source, documents"),
        ("inputs as list", Head + "inputs: []\n" + Task, 4, 9, "inputs is a list; it must be a mapping"),
        ("inputs of another type", Head + "inputs: {type: array}\n" + Task, 4, 16, "inputs.type must be 'object'"),
        ("approval without a question", Head + Gate + "    approval: {deadline: 60}\n", 6, 15, "tasks.gate.approval.question is missing"),
        ("unknown field of an approval", Head + Gate + "    approval: {question: Q, decider: [a]}\n", 6, 29, "did you mean 'deciders'?"),
        ("end of an approval", Head + Gate + "    approval: {question: Q, on_timeout: wait}\n", 6, 41, "reject, approve, fail"),
        ("deadline out of range", Head + Gate + "    approval: {question: Q, deadline: 0}\n", 6, 39, "tasks.gate.approval.deadline is 0"),
        ("wait without a time", Head + Gate + "    wait: {}\n", 6, 11, "tasks.gate.wait: exactly one of until ('') and for ('') is needed"),
        ("wait for both", Head + Gate + "    wait: {until: '2026-01-01T00:00:00Z', for: 5}\n", 6, 11, "exactly one of"),
        ("wait for a list", Head + Gate + "    wait: {for: [5]}\n", 6, 17, "tasks.gate.wait.for is a list; it must be seconds"),
        ("playbook that is no text", Head + Gate + "    playbook: 5\n", 6, 15, "tasks.gate.playbook is the number 5; it must be text"),
        ("empty fallback", Head + Task + "    fallback: {}\n", 8, 15, "tasks.one.fallback has none; exactly one of role, value, skip, ask, fail_run"),
        ("two fallbacks", Head + Task + "    fallback: {skip: true, role: other}\n", 8, 15, "tasks.one.fallback has role and skip"),
        ("fallback of another word", Head + Task + "    fallback: {rol: x}\n", 8, 16, "did you mean 'role'?"),
        ("deadline of a task", Head + Task + "    deadline: 0\n", 8, 15, "tasks.one.deadline is 0; it must be 1 to"),
        ("result as text", Head + "result: x\n" + Task, 4, 9, "result is the text 'x'; it must be a mapping"),
    ];

    /// <summary>What only the parser can tell.</summary>
    public static readonly (string Name, string Text, int Line, int Column, string Reason)[] OfMeaning =
    [
        ("name of another file", "name: other\ntitle: T\ndescription: D\n" + Task, 1, 7, "it must be the file's name, 'minimal'"),
        ("unknown task in needs", Head + Task + "    needs: [two]\n", 8, 12, "there is no task 'two'"),
        ("reference to a task that is not needed", Head + Task + "    input:\n      x: ${two.y}\n", 9, 7, "${two…} is not in needs"),
        ("reference that cannot be read", Head + Task + "    input:\n      x: ${}\n", 9, 7, "no reference"),
        ("reference in the result", Head + Task + "result:\n  x: ${two}\n", 9, 3, "${two…} is not a task of the plan"),
        ("unknown input", Head + "inputs: {properties: {limit: {type: integer}}}\n" + Task + "    input: {x: \"${inputs.limt}\"}\n", 9, 16, "did you mean 'limit'?"),
        ("item outside a foreach", Head + Task + "    input: {x: \"${item.id}\"}\n", 8, 16, "there is none here"),
        ("condition", Head + Task + "    when: 1 >\n", 8, 11, "tasks.one.when"),
        ("foreach without a list", Head + Task + "    foreach: all of them\n", 8, 14, "exactly one reference"),
        ("two kinds", Head + Gate + "    approval: {question: Q}\n    wait: {for: 5}\n", 7, 11, "the task has approval already"),
        ("role of an approval", Head + Gate + "    role: writer\n    approval: {question: Q}\n", 6, 11, "tasks.gate.role: 'writer' has no effect: a person does the task"),
        ("kind of work of a run", Head + Gate + "    task: audit\n    playbook: other\n", 6, 11, "tasks.gate.task: 'audit' has no effect: a run does the task"),
        ("request without a playbook", Head + Task + "    request: R\n", 8, 14, "tasks.one.request is for a task with 'playbook'"),
        ("request with an unknown task", Head + Gate + "    playbook: other\n    request: do ${two.n}\n", 7, 14, "tasks.gate.request: ${two…} is not in needs"),
        ("moment that is none", Head + Gate + "    wait: {until: tomorrow}\n", 6, 19, "tasks.gate.wait.until: 'tomorrow' is no moment"),
        ("duration that is none", Head + Gate + "    wait: {for: a while}\n", 6, 17, "tasks.gate.wait.for: 'a while' is neither seconds"),
        ("escalation to nobody", Head + Gate + "    approval: {question: Q, escalate_after: 60}\n", 6, 45, "0 names in escalate_to"),
        ("escalation after the end", Head + Gate + "    approval: {question: Q, escalate_after: 60, escalate_to: [a], deadline: 60}\n", 6, 45, "60 is not below the deadline, 60"),
        ("question with an unknown input", Head + Gate + "    approval: {question: \"${inputs.x}?\"}\n", 6, 26, "there are no inputs"),
        ("fallback that is its own role", Head + Task + "    fallback: {role: writer}\n", 8, 22, "'writer' is the task's own role"),
        ("fallback that goes on", Head + Task + "    fallback: {ask: {question: Q, on_rejected: continue}}\n", 8, 48, "'continue' has no effect"),
        ("reserved id", Head + "tasks:\n  inputs: {role: a, task: b}\n", 5, 11, "reserved"),
        ("keyword of two words", Head + "match: {keywords: [code audit]}\n" + Task, 4, 19, "not one word"),
        ("type that is none", Head + "inputs:\n  properties:\n    limit: {type: int}\n" + Task, 6, 19, "'int' is no type"),
        ("default that breaks the schema", Head + "inputs:\n  properties:\n    limit: {type: integer, default: many}\n" + Task, 6, 37, "whole number"),
        ("keyword of a schema without effect", Head + "inputs:\n  properties:\n    limit: {if: {}}\n" + Task, 6, 17, "'if' is not supported"),
        ("task twice in a list", Head + "tasks:\n  - {id: a, role: r, task: t}\n  - {id: a, role: r, task: t}\n", 6, 5, "tasks.a stands here twice; the first is in line 5"),
    ];
}
