using Google.Protobuf.WellKnownTypes;
using Orchestrator.Api.Rest;
using Protos.V1;

namespace Orchestrator.Tests.Api;

/// <summary>What agents sent is shown, whatever it is.</summary>
public class MendedTests
{
    [Fact]
    public void Copy_DeeperThanTheWireAllows_IsWhole()
    {
        var value = Value.ForString("the end");
        for (var depth = 0; depth < 60; depth++)
            value = Value.ForStruct(new Struct { Fields = { ["in"] = value } });
        var task = new TaskView { Output = new Struct { Fields = { ["out"] = value } } };

        Mended.Copy(task).ShouldBe(task);
    }

    [Fact]
    public void Copy_OfWhatCannotBeWritten_CanBe()
    {
        var task = new TaskView { Output = new Struct { Fields = { [""] = new Value(), ["_"] = Value.ForNumber(1) } } };

        ((TaskView)Mended.Copy(task)).Output.ShouldBe(new Struct { Fields = { ["__"] = Value.ForNull(), ["_"] = Value.ForNumber(1) } });
    }
}
