using Newtonsoft.Json.Linq;
using Orchestrator.Contracts;
using Orchestrator.Planning;
using Orchestrator.Planning.Yaml;
using Protos.V1;

namespace Orchestrator.Tests.Planning;

/// <summary>The published schema, which editors use, against the parser, which decides.</summary>
public sealed class PlaybookSchemaTests
{
    private static readonly string s_schema = File.ReadAllText(Path.Combine(PlaybookFiles.Shipped, "playbook.schema.json"));

    public static TheoryData<string> ShippedFiles() => [.. Directory.GetFiles(PlaybookFiles.Shipped, "*.yaml").Select(file => Path.GetFileName(file)!)];

    public static TheoryData<string> BadNames() => [.. BadPlaybooks.OfShape.Select(bad => bad.Name)];

    [Fact]
    public void Schema_IsCheckedInFull() => JsonSchemas.Problem(s_schema).ShouldBeNull();

    [Theory]
    [MemberData(nameof(ShippedFiles))]
    public void Shipped_IsGoodForBoth(string file)
    {
        var text = File.ReadAllText(Path.Combine(PlaybookFiles.Shipped, file));
        PlaybookFiles.Good(text, Path.GetFileNameWithoutExtension(file));
        Violations(text).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(BadNames))]
    public void BadShape_IsBadForBoth(string name)
    {
        var text = BadPlaybooks.OfShape.Single(bad => bad.Name == name).Text;
        PlaybookFiles.Parse(text).Errors.ShouldNotBeEmpty();
        Violations(text).ShouldNotBeEmpty();
    }

    [Fact]
    public void EveryFieldOfAPlannedTask_IsInTheSchema()
    {
        var known = ((JObject)JObject.Parse(s_schema)["$defs"]!["task"]!["properties"]!).Properties().Select(property => property.Name).ToHashSet();
        var renamed = new Dictionary<string, string> { ["task_type"] = "task", ["depends_on"] = "needs", ["sub_run"] = "playbook" };
        foreach (var field in PlannedTask.Descriptor.Fields.InDeclarationOrder().Where(field => field.Name != "id"))
            known.ShouldContain(renamed.GetValueOrDefault(field.Name, field.Name));
    }

    private static IReadOnlyList<string> Violations(string yaml) =>
        JsonSchemas.Violations(s_schema, ProtoJson.ToToken(YamlReader.Read(yaml).ToValue()));
}
