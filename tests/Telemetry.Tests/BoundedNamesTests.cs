using ServiceDefaults;

namespace Telemetry.Tests;

/// <summary>Names that others choose do not make metrics without end.</summary>
public sealed class BoundedNamesTests
{
    [Fact]
    public void Of_MoreNamesThanStandForThemselves_TheRestShareOne()
    {
        var names = new BoundedNames(2);

        string[] seen = [names.Of("a"), names.Of("b"), names.Of("c"), names.Of("a"), names.Of("d")];

        seen.ShouldBe(["a", "b", BoundedNames.Other, "a", BoundedNames.Other]);
        BoundedNames.Other.ShouldBe("_OTHER");
    }
}
