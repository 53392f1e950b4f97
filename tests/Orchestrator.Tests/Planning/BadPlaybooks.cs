namespace Orchestrator.Tests.Planning;

/// <summary>Playbooks with one error each, where it stands, and what is said of it.</summary>
internal static class BadPlaybooks
{
    private const string Head = "name: minimal\ntitle: T\ndescription: D\n";
    private const string Task = "tasks:\n  one:\n    role: writer\n    task: report\n";

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
        ("end of a review", Head + Task + "    review: {on_exhausted: stop}\n", 8, 28, "fail, accept"),
        ("attempts out of range", Head + Task + "    retry: {max_attempts: 0}\n", 8, 27, "it must be 1 to 100"),
        ("expected files as text", Head + Task + "    expected_output: {files: a.md}\n", 8, 30, "must be a list of texts"),
        ("keywords as text", Head + "match: {keywords: audit}\n" + Task, 4, 19, "must be a list of texts"),
        ("workspace hint", Head + "match: {workspace: pictures}\n" + Task, 4, 20, "source, documents"),
        ("inputs as list", Head + "inputs: []\n" + Task, 4, 9, "inputs is a list; it must be a mapping"),
        ("inputs of another type", Head + "inputs: {type: array}\n" + Task, 4, 16, "inputs.type must be 'object'"),
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
        ("reserved id", Head + "tasks:\n  inputs: {role: a, task: b}\n", 5, 11, "reserved"),
        ("keyword of two words", Head + "match: {keywords: [code audit]}\n" + Task, 4, 19, "not one word"),
        ("type that is none", Head + "inputs:\n  properties:\n    limit: {type: int}\n" + Task, 6, 19, "'int' is no type"),
        ("default that breaks the schema", Head + "inputs:\n  properties:\n    limit: {type: integer, default: many}\n" + Task, 6, 37, "whole number"),
        ("keyword of a schema without effect", Head + "inputs:\n  properties:\n    limit: {if: {}}\n" + Task, 6, 17, "'if' is not supported"),
        ("task twice in a list", Head + "tasks:\n  - {id: a, role: r, task: t}\n  - {id: a, role: r, task: t}\n", 6, 5, "tasks.a stands here twice; the first is in line 5"),
    ];
}
