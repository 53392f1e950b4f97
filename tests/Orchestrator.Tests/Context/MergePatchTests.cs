using Google.Protobuf.WellKnownTypes;
using Orchestrator.Context;

namespace Orchestrator.Tests.Context;

public class MergePatchTests
{
    // The cases of RFC 7396, appendix A.
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", """{}""")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"b"}""", """["c"]""", """["c"]""")]
    [InlineData("""{"a":"foo"}""", "null", "null")]
    [InlineData("""{"a":"foo"}""", "\"bar\"", "\"bar\"")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("[1,2]", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void Apply_CaseOfTheRfc_GivesItsResult(string target, string patch, string expected) => MergePatch.Apply(Json(target), Json(patch)).ShouldBe(Json(expected));

    [Theory]
    [InlineData("""{"a":1,"b":1}""", """{"a":2,"b":1}""", """{"a":1,"b":3}""", """{"a":2,"b":3}""", "")]
    [InlineData("""{"a":1}""", """{"a":2}""", """{"a":3}""", """{"a":2}""", "a")]
    [InlineData("""{"a":1,"b":1}""", """{"a":1,"b":1,"c":1}""", """{"b":1}""", """{"b":1,"c":1}""", "")]
    [InlineData("""{}""", """{"x":{"l":1}}""", """{"x":{"r":2,"l":1}}""", """{"x":{"l":1,"r":2}}""", "")]
    public void Merge_TwoChanges_KeepsBothAndNamesWhatOverlaps(string before, string first, string second, string expected, string overlaps)
    {
        var found = new List<string>();

        MergePatch.Merge(Json(before), Json(first), Json(second), found).ShouldBe(Json(expected));

        string.Join(',', found).ShouldBe(overlaps);
    }

    private static Value Json(string text) => Value.Parser.ParseJson(text);
}
