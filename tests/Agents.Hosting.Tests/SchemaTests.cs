using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Agents.Hosting.Definitions;

namespace Agents.Hosting.Tests;

public sealed class SchemaTests
{
    [Fact]
    public void Derive_InputRecord_HasNamesRequiredDefaultsAndDescriptions()
    {
        var schema = SchemaDerivation.Derive(typeof(AuditInput), "input of a/b", input: true)!;

        schema["type"]!.GetValue<string>().ShouldBe("object");
        schema["description"]!.GetValue<string>().ShouldBe("What to audit.");
        schema["additionalProperties"]!.GetValue<bool>().ShouldBeFalse();
        Texts(schema["required"]).ShouldBe(["base_path"]);
        var properties = schema["properties"]!.AsObject();
        properties.Select(property => property.Key).ShouldBe(["base_path", "max_findings", "exclude", "depth", "note"]);
        properties["base_path"]!["description"]!.GetValue<string>().ShouldBe("Where to begin.");
        Texts(properties["base_path"]!["type"]).ShouldBe(["string"]);
    }

    [Fact]
    public void Derive_InputRecord_AllowsNullWhereAFieldMayBeAbsent()
    {
        var properties = SchemaDerivation.Derive(typeof(AuditInput), "input of a/b", input: true)!["properties"]!;

        Texts(properties["max_findings"]!["type"]).ShouldBe(["integer", "null"]);
        Texts(properties["exclude"]!["type"]).ShouldBe(["array", "null"]);
        properties["depth"]!["enum"]!.AsArray().Select(value => value?.GetValue<string>()).ShouldBe(["quick_look", "thorough", null]);
    }

    [Fact]
    public void Derive_Limits_StandInTheSchema()
    {
        var limit = SchemaDerivation.Derive(typeof(AuditInput), "input of a/b", input: true)!["properties"]!["max_findings"]!;

        limit["minimum"]!.GetValue<double>().ShouldBe(1);
        limit["maximum"]!.GetValue<double>().ShouldBe(500);
    }

    [Fact]
    public void Derive_OutputRecord_RequiresWhatIsNeverNull()
    {
        var schema = SchemaDerivation.Derive(typeof(AuditOutput), "output of a/b", input: false)!;

        Texts(schema["required"]).ShouldBe(["findings"]);
        var finding = schema["properties"]!["findings"]!["items"]!;
        Texts(finding["required"]).ShouldBe(["rule", "start_line"]);
        Texts(schema["properties"]!["rest"]!["type"]).ShouldBe(["object", "null"]);
    }

    [Fact]
    public void Derive_RecursiveRecord_UsesAReference()
    {
        var schema = SchemaDerivation.Derive(typeof(Tree), "input of a/b", input: true)!;

        schema.ToJsonString().ShouldContain("\"$ref\"");
    }

    [Theory]
    [MemberData(nameof(InvalidInputTests.Bad), MemberType = typeof(InvalidInputTests))]
    public async Task Derive_BadInput_IsRefusedByAValidatorToo(string input, string problem)
    {
        var schema = await NJsonSchema.JsonSchema.FromJsonAsync(SchemaDerivation.Derive(typeof(InvalidInputTests.Question), "input of a/b", input: true)!.ToJsonString());

        schema.Validate(input).ShouldNotBeEmpty(problem);
        schema.Validate("""{"text": "x", "top": 3, "include": ["a"], "mode": "deep_search"}""").ShouldBeEmpty();
        schema.Validate("""{"text": "x", "top": null, "include": null, "mode": null}""").ShouldBeEmpty();
    }

    [Fact]
    public async Task Derive_RecursiveRecord_IsReadByAValidator()
    {
        var schema = await NJsonSchema.JsonSchema.FromJsonAsync(SchemaDerivation.Derive(typeof(Tree), "input of a/b", input: true)!.ToJsonString());

        schema.Validate("""{"name": "a", "children": [{"name": "b", "children": [{"name": "c"}]}]}""").ShouldBeEmpty();
        schema.Validate("""{"name": "a", "children": [{"name": "b", "children": [{"nom": "c"}]}]}""").ShouldNotBeEmpty();
    }

    [Fact]
    public void Derive_AnyObject_HasNoSchema() =>
        SchemaDerivation.Derive(typeof(JsonObject), "input of a/b", input: true).ShouldBeNull();

    [Theory]
    [InlineData(typeof(string))]
    [InlineData(typeof(int[]))]
    public void Derive_NotAnObject_SaysSo(Type type) =>
        Should.Throw<AgentDefinitionException>(() => SchemaDerivation.Derive(type, "input of a/b", input: true))
            .Message.ShouldBe($"The input of a/b is {type}, whose JSON is not an object; use a record.");

    private static IEnumerable<string> Texts(JsonNode? node) => node is JsonArray several
        ? several.Select(item => item!.GetValue<string>())
        : [node!.GetValue<string>()];

    [Description("What to audit.")]
    internal sealed record AuditInput(
        [property: Description("Where to begin.")] string BasePath,
        [property: Range(1, 500)] int MaxFindings = 100,
        IReadOnlyList<string>? Exclude = null,
        Depth Depth = Depth.QuickLook,
        string? Note = null);

    internal enum Depth
    {
        QuickLook,
        Thorough,
    }

    internal sealed record AuditOutput(IReadOnlyList<Finding> Findings, IReadOnlyDictionary<string, int>? Rest);

    internal sealed record Finding(string Rule, int StartLine, string? Cwe);

    internal sealed record Tree(string Name, IReadOnlyList<Tree>? Children = null);
}
