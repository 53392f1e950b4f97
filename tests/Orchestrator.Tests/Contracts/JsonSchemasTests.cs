using Newtonsoft.Json.Linq;
using Orchestrator.Contracts;

namespace Orchestrator.Tests.Contracts;

public sealed class JsonSchemasTests
{
    [Theory]
    [InlineData("""{"const": "a"}""", "\"b\"", "the value is \"b\"; it must be \"a\"")]
    [InlineData("""{"enum": ["HIGH", "LOW"]}""", "\"BAD\"", "the value is \"BAD\"; it must be one of \"HIGH\", \"LOW\"")]
    [InlineData("""{"properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"type": "string"}}}""", """{"a": 1}""", "'a' is 1; it must be text")]
    [InlineData("""{"items": {"type": "integer"}}""", "[1, \"x\"]", "'[1]' is \"x\"; it must be a whole number")]
    [InlineData("""{"properties": {"a": true}, "additionalProperties": false}""", """{"a": 1, "b": 2}""", "'b' is not known here; the fields are a")]
    [InlineData("""{"exclusiveMinimum": 3}""", "3", "the value is 3; it must be more than 3")]
    [InlineData("""{"maximum": 5}""", "7", "the value is 7; it must be at most 5")]
    [InlineData("""{"minLength": 3}""", "\"ab\"", "the value is \"ab\"; it must have at least 3 characters")]
    [InlineData("""{"type": "array", "uniqueItems": true}""", "[1, 1]", "the value is a list of 2; it must not hold an item twice")]
    [InlineData("""{"type": "string", "format": "date"}""", "\"y\"", "the value is \"y\"; it must be a valid date")]
    [InlineData("""{"type": "object", "required": ["q"]}""", "{}", "'q' is missing; it is required")]
    [InlineData("""{"properties": {"l": {"type": ["array", "null"], "items": {"properties": {"x": {"minimum": 4}}}}}}""", """{"l": [{"x": 5}, {"x": 3}]}""", "'l[1].x' is 3; it must be at least 4")]
    [InlineData("""{"anyOf": [{"type": "string"}, {"type": "null"}]}""", "7", "the value is 7; it must have one of these forms: string, or null")]
    [InlineData("""{"properties": {"l": {"anyOf": [{"type": "null"}, {"type": "object", "properties": {"q": {"type": "string"}}}]}}}""", """{"l": {"q": 3}}""", "'l.q' is 3; it must be text")]
    [InlineData("""{"not": {"type": "string"}}""", "\"x\"", "the value is \"x\"; it must not have this form")]
    public void Violations_BadValue_NamesPlaceValueAndRule(string schema, string value, string expected) =>
        JsonSchemas.Violations(schema, JToken.Parse(value)).ShouldBe([expected]);

    [Theory]
    [InlineData("", """{"anything": [1, null]}""")]
    [InlineData("""{"type": "integer"}""", "3")]
    [InlineData("""{"type": ["string", "null"]}""", "null")]
    [InlineData("""{"properties": {"n": {"$ref": "#"}}, "additionalProperties": false}""", """{"n": {"n": {}}}""")]
    public void Violations_GoodValue_AreNone(string schema, string value) =>
        JsonSchemas.Violations(schema, JToken.Parse(value)).ShouldBeEmpty();

    [Fact]
    public void Violations_WholeNumberOnTheWire_IsAnInteger() =>
        JsonSchemas.Violations("""{"properties": {"n": {"type": "integer"}}}""", ProtoJson.ParseStruct("""{"n": 3.0}""")).ShouldBeEmpty();

    [Fact]
    public void Violations_PatternMadeToBacktrack_IsAnsweredAtOnce()
    {
        var value = JToken.FromObject(new string('a', 5000) + "b");
        JsonSchemas.Violations("""{"type": "string", "pattern": "^(a+)+$"}""", value).ShouldHaveSingleItem().ShouldEndWith("it must match the pattern ^(a+)+$");
    }

    [Fact]
    public void Violations_TooMany_AreCounted()
    {
        var value = new JArray(Enumerable.Range(0, 80).Select(_ => "x"));
        var violations = JsonSchemas.Violations("""{"items": {"type": "integer"}}""", value);
        violations.Count.ShouldBe(JsonSchemas.MaxViolations + 1);
        violations[^1].ShouldBe("and 30 more");
    }

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "an object or a boolean")]
    [InlineData("""{"type": "strin"}""", "#/type: 'strin' is no type")]
    [InlineData("""{"if": {}}""", "'if' is not supported")]
    [InlineData("""{"properties": {"a": {"$ref": "http://example.org/x"}}}""", "#/properties/a/$ref: 'http://example.org/x' is outside the document")]
    [InlineData("""{"$ref": "other.json#/x"}""", "outside the document")]
    [InlineData("""{"$ref": "#/$defs/none"}""", "does not exist")]
    [InlineData("""{"$ref": "#"}""", "yclic")]
    [InlineData("""{"pattern": "("}""", "no usable pattern")]
    [InlineData("""{"pattern": "(?=a)"}""", "no usable pattern")]
    [InlineData("""{"minLength": -1}""", "whole number from 0")]
    [InlineData("""{"required": "a"}""", "list of property names")]
    public void Problem_BadSchema_NamesPlaceAndRule(string schema, string reason)
    {
        JsonSchemas.Problem(schema).ShouldNotBeNull().ShouldContain(reason);
        Should.Throw<InvalidJsonSchemaException>(() => JsonSchemas.Violations(schema, new JObject()));
    }
}
