using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Newtonsoft.Json.Linq;
using Orchestrator.Contracts;

namespace Orchestrator.Tests.Contracts;

public sealed class ProtoJsonTests
{
    private const string Text = """{"a":null,"b":true,"c":3,"d":1.5,"e":"2026-01-01T00:00:00Z","f":[1,{"g":[]}],"h":-9007199254740991}""";

    [Fact]
    public void Convert_ThereAndBack_IsTheSame()
    {
        var value = ProtoJson.ParseStruct(Text);
        value.ShouldBe(Struct.Parser.ParseJson(Text));
        ProtoJson.ToText(value).ShouldBe(Text);
        ProtoJson.ToStruct(ProtoJson.ToToken(value)).ShouldBe(value);
        using var document = JsonDocument.Parse(Text);
        ProtoJson.ToStruct(document.RootElement).ShouldBe(value);
    }

    [Fact]
    public void ToToken_NumberTooLargeToBeExact_StaysAFraction() =>
        ProtoJson.ToToken(Value.ForNumber(1e300)).Type.ShouldBe(JTokenType.Float);

    [Fact]
    public void ParseStruct_TooDeep_IsRefused() =>
        Should.Throw<JsonException>(() => ProtoJson.ParseStruct($$"""{"a":{{new string('[', 100)}}{{new string(']', 100)}}}"""));

    [Fact]
    public void ParseStruct_NoObject_IsRefused() => Should.Throw<JsonException>(() => ProtoJson.ParseStruct("[1]"));
}
