using Agents.Rules.Regexes;

namespace Agents.Reviewer.Tests.Sources;

public sealed class RegexAmbiguityTests
{
    [Theory]
    [InlineData("^(a+)+$")]
    [InlineData("^(a|a)*$")]
    [InlineData("^(a|b|ab)*c")]
    [InlineData("(x+x+)+y")]
    [InlineData(@"^(\d+|\w+)*!$")]
    [InlineData(@"^([a-z]+\.?)+@$")]
    [InlineData("^(a*b?)*$")]
    [InlineData(@"^(.*,)*\d$")]
    public void IsExponential_TwoWaysToReadTheSame_IsTrue(string pattern) =>
        RegexAmbiguity.IsExponential(pattern).ShouldBeTrue();

    [Theory]
    [InlineData("^a+b+$")]
    [InlineData("^(a+b)+$")]
    [InlineData("(a+)+")]
    [InlineData(@"^\s*\w+\s*$")]
    [InlineData(@"^(\w+\s)*\w+$")]
    [InlineData("^[a-z]{1,8}(-[a-z0-9]{1,8})*$")]
    [InlineData(@"^(?:[^""\\]|\\.)*""")]
    [InlineData(@"(a+)\1+$")]
    [InlineData("(")]
    [InlineData("[")]
    public void IsExponential_OneWayOnlyOrNotJudged_IsFalse(string pattern) =>
        RegexAmbiguity.IsExponential(pattern).ShouldBeFalse();

    [Fact]
    public void IsExponential_CaseIgnored_MeetsBothCases()
    {
        RegexAmbiguity.IsExponential("^(a+A*)+$").ShouldBeTrue();
        RegexAmbiguity.IsExponential("^(a|A)*$").ShouldBeFalse();
        RegexAmbiguity.IsExponential("^(a|A)*$", ignoreCase: true).ShouldBeTrue();
    }
}
