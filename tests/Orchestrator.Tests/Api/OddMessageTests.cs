using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.Api.Rest;
using Protos.V1;

namespace Orchestrator.Tests.Api;

/// <summary>What protobuf's JSON writer refuses, agents may have sent all the same: it is shown, not a failure of ours.</summary>
public sealed class OddMessageTests
{
    [Fact]
    public void ToJson_MemberWithoutAName_IsShownUnderAnother()
    {
        var result = new RunResult { Output = new Struct { Fields = { [""] = Value.ForNumber(1), ["_"] = Value.ForNumber(2) } } };

        var shown = JsonDocument.Parse(ProtoBody.ToJson(result)).RootElement.GetProperty("output");

        (shown.GetProperty("_").GetInt32(), shown.GetProperty("__").GetInt32()).ShouldBe((2, 1));
        result.Output.Fields.ShouldContainKey("");
    }

    [Fact]
    public void ToJson_ValueThatIsNothing_IsNull()
    {
        var result = new RunResult { Output = new Struct { Fields = { ["a"] = Value.ForList(new Value()) } } };

        JsonDocument.Parse(ProtoBody.ToJson(result)).RootElement.GetProperty("output").GetProperty("a")[0].ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public void ToJson_TimeThatIsNone_IsTheNearest()
    {
        var e = new RunEvent { Time = new Timestamp { Seconds = long.MaxValue, Nanos = -5 } };

        ProtoBody.ToJson(e).ShouldContain("9999-12-31T23:59:59Z");
    }
}
