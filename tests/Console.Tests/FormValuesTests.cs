using Orchestrator.Console.Forms;

namespace Console.Tests;

public sealed class FormValuesTests
{
    private const string Schema = """
        {"type":"object","required":["name"],"properties":{
          "count":{"type":"integer","default":3},
          "ratio":{"type":["null","number"]},
          "fix":{"type":"boolean","default":true},
          "include":{"type":"array","items":{"type":"string"},"default":["*.cs"]},
          "mode":{"enum":["fast","slow"]},
          "more":{"type":"object"},
          "name":{"type":"string","title":"Your name","description":"As it is written."}}}
        """;

    [Fact]
    public void Of_Schema_GivesAFieldForEachPropertyTheRequiredFirst()
    {
        var fields = FormField.Of(Schema);

        fields.Select(field => (field.Name, field.Kind)).ShouldBe(
        [
            ("name", FieldKind.Line), ("count", FieldKind.Integer), ("ratio", FieldKind.Number), ("fix", FieldKind.Flag), ("include", FieldKind.Lines), ("mode", FieldKind.Choice), ("more", FieldKind.Json),
        ]);
        fields[0].Title.ShouldBe("Your name");
        fields[1].Default.ShouldBe("3");
        fields[4].Default.ShouldBe("*.cs");
    }

    [Fact]
    public void Read_WhatWasEntered_HasTheTypesOfTheSchema()
    {
        var (value, errors) = FormValues.Read(Schema, new Dictionary<string, string>
        {
            ["in.name"] = " Ada ",
            ["in.count"] = "12",
            ["in.fix"] = "true",
            ["in.include"] = "*.cs\r\n\r\n *.md ",
            ["in.mode"] = "",
            ["in.more"] = """{"a":[1,2]}""",
        }, "in.");

        errors.ShouldBeEmpty();
        value.ToString().ShouldBe("""{ "name": "Ada", "count": 12, "fix": true, "include": [ "*.cs", "*.md" ], "more": { "a": [ 1, 2 ] } }""");
    }

    [Fact]
    public void Read_WhatDoesNotFit_SaysWhichFieldAndWhy()
    {
        var (_, errors) = FormValues.Read(Schema, new Dictionary<string, string> { ["name"] = "", ["count"] = "1.5", ["more"] = "{" }, "");

        errors.Keys.Order().ShouldBe(["count", "more", "name"]);
        errors["count"].ShouldBe("'1.5' is not a whole number.");
    }
}
