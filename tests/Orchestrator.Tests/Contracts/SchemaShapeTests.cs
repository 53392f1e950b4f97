using Google.Protobuf.WellKnownTypes;
using Newtonsoft.Json.Linq;
using Orchestrator.Contracts;

namespace Orchestrator.Tests.Contracts;

public sealed class SchemaShapeTests
{
    private static readonly string[] Schemas =
    [
        """{"type": "object", "properties": {"a": {"type": "integer", "minimum": 0}, "b": {"type": ["string", "null"], "maxLength": 3}}, "required": ["a"], "additionalProperties": false}""",
        """{"type": "object", "properties": {"a": {"type": "array", "items": {"type": "number", "exclusiveMaximum": 2}, "minItems": 1}, "b": {"enum": ["x", "yy"]}}}""",
        """{"properties": {"a": {"type": "object", "required": ["b"], "additionalProperties": {"type": "boolean"}}, "b": {"minLength": 2, "maximum": 1}}}""",
        """{"type": "object", "additionalProperties": {"type": ["integer", "array"], "maxItems": 1, "exclusiveMinimum": 0}}""",
    ];

    [Fact]
    public void Accepts_RandomValues_OnlyWhatTheValidatorFindsValid()
    {
        var random = new Random(7);
        var (accepted, valid) = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var schema = Schemas[i % Schemas.Length];
            var value = RandomStruct(random, 2);
            var violations = JsonSchemas.Violations(schema, ProtoJson.ToToken(value));
            var accepts = SchemaShape.Of(SchemaText.Read(schema).Schema)!.Accepts(value);
            if (accepts)
            {
                violations.ShouldBeEmpty($"{schema} {value}");
            }

            accepted += accepts ? 1 : 0;
            valid += violations.Count == 0 ? 1 : 0;
        }

        // Otherwise it would be right and of no use.
        valid.ShouldBeGreaterThan(1000);
        accepted.ShouldBeGreaterThan(valid * 9 / 10);
    }

    [Theory]
    [InlineData("""{"properties": {"a": {"pattern": "^x"}}}""")]
    [InlineData("""{"items": {"format": "date"}}""")]
    [InlineData("""{"anyOf": [{"type": "string"}, {"type": "null"}]}""")]
    [InlineData("""{"enum": [1, 2]}""")]
    [InlineData("""{"properties": {"a": {"$ref": "#"}}}""")]
    public void Of_RuleThatItDoesNotKnow_LeavesItToTheValidator(string schema) => SchemaShape.Of(SchemaText.Read(schema).Schema).ShouldBeNull();

    [Fact]
    public void Of_WhatAnAgentDeclares_IsKnown() => SchemaShape.Of(JObject.Parse(
        """{"type": "object", "properties": {"i": {"type": "integer"}, "payload": {"type": ["string", "null"], "default": null}}, "required": ["i"]}""")).ShouldNotBeNull();

    private static Struct RandomStruct(Random random, int depth)
    {
        var result = new Struct();
        foreach (var name in new[] { "a", "b", "c" })
        {
            if (random.Next(3) > 0)
            {
                result.Fields[name] = RandomValue(random, depth);
            }
        }

        return result;
    }

    private static Value RandomValue(Random random, int depth) => random.Next(depth > 0 ? 7 : 5) switch
    {
        0 => Value.ForNull(),
        1 => Value.ForBool(random.Next(2) == 0),
        2 => Value.ForNumber(random.Next(-2, 4)),
        3 => Value.ForNumber(random.Next(-4, 8) / 2.0),
        4 => Value.ForString(new[] { "", "x", "yy", "yyyy", "😀" }[random.Next(5)]),
        5 => Value.ForList([.. Enumerable.Range(0, random.Next(3)).Select(_ => RandomValue(random, depth - 1))]),
        _ => Value.ForStruct(RandomStruct(random, depth - 1)),
    };
}
