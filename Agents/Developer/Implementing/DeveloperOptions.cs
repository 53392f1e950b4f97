using System.Globalization;
using Agents.Hosting;
using Microsoft.Extensions.Configuration;

namespace Agents.Developer.Implementing;

/// <summary>The settings of the section <c>Developer</c>, checked at start.</summary>
/// <param name="ToolRounds">Rounds of tool calls in which the model writes one version of the code.</param>
internal sealed record DeveloperOptions(int ToolRounds = 40)
{
    public static DeveloperOptions Read(IConfiguration configuration) => configuration["Developer:ToolRounds"] switch
    {
        null or "" => new DeveloperOptions(),
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) && rounds is >= 1 and <= 500 => new DeveloperOptions(rounds),
        var text => throw new AgentDefinitionException($"Setting Developer:ToolRounds is \"{text}\"; it must be a whole number from 1 to 500."),
    };
}
