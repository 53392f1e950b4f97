using Google.Protobuf.WellKnownTypes;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Console.Tests;

/// <summary>Plans that pages are tried on.</summary>
internal static class Samples
{
    /// <summary>A task with input, e.g. <c>("until", "gate")</c>.</summary>
    public static PlannedTask Work(string id, string title, string[] after, params (string Name, string Value)[] input) => Task(id, after).With(task =>
    {
        task.Title = title;
        task.Input = Output([.. input.Select(field => (field.Name, field.Name == "count" ? Value.ForNumber(int.Parse(field.Value)) : Value.ForString(field.Value)))]);
    });

    /// <summary>Many items between a task that lists them and one that sums up.</summary>
    public static Plan Wide(int items)
    {
        var plan = Of(
            Work("list", "List the files", [], ("count", $"{items}")),
            Work("each", "Look at each file", ["list"], ("say", "**${item}** looks fine")).With(task => task.Foreach = "${list.items}"),
            Work("sum", "Sum up", ["each"], ("say", "All seen.")));
        plan.Result = Output(("summary", Value.ForString("${sum.summary}")));
        return plan;
    }

    /// <summary>A plan with a bit of everything; <paramref name="gate"/> holds its second layer.</summary>
    public static Plan Varied(string gate)
    {
        var plan = Of(
            Work("inventory", "Take the inventory", [], ("count", "12"), ("say", "12 source files in 3 areas")),
            Work("security", "Security", ["inventory"], ("until", gate), ("say", "No secret in the sources")),
            Work("performance", "Performance", ["inventory"], ("until", gate), ("say", "Two queries in loops")),
            Work("quality", "Quality of each area", ["inventory"], ("say", "${item} is tidy")).With(task => task.Foreach = "${inventory.items}"),
            Work("merge", "Merge the findings", ["security", "performance", "quality"], ("say", "3 findings")),
            Decision("agree", new Approval { Question = "Publish the report with 3 findings?", Evidence = Output(("findings", Value.ForNumber(3)), ("summary", Value.ForString("Two queries in loops; **one** file without tests."))) }, "merge").With(task => task.Title = "Agree to publish"),
            Work("report", "Write the report", ["agree", "inventory"], ("say", "# Report\n\nAll is well.")));
        plan.Result = Output(("summary", Value.ForString("${report.summary}")));
        return plan;
    }
}
