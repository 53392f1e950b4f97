using System.ComponentModel;
using System.Text.Json.Nodes;
using Agents.Skills;

namespace Agents.Tools.BuiltIn;

/// <summary>skill.list and skill.read: what skills there are, and their files.</summary>
internal sealed class SkillTools(SkillLibrary library)
{
    [Tool("skill.list", Description = "The skills that there are: {skills: [{name, description, files}]}.", Risk = ToolRisk.Low)]
    public JsonObject List(ToolCallContext call)
    {
        _ = call;
        return new JsonObject
        {
            ["skills"] = new JsonArray([.. library.Skills.Select(skill => new JsonObject
            {
                ["name"] = skill.Name, ["description"] = skill.Description, ["files"] = new JsonArray([.. skill.Files.Select(file => (JsonNode)file)]),
            })]),
        };
    }

    [Tool("skill.read", Description = "A skill's instructions, or one of its files: {name, path, text}.", Risk = ToolRisk.Low)]
    public JsonObject Read([Description("The skill.")] string name, ToolCallContext call, [Description("A file of it. Default: its instructions.")] string? path = null)
    {
        _ = call;
        var skill = library.Find(name) ?? throw ToolException.Invalid("args.name", name, $"is not a skill; there are {string.Join(", ", library.Skills.Select(known => known.Name))}");
        return new JsonObject { ["name"] = name, ["path"] = path, ["text"] = path is { Length: > 0 } ? library.ReadFile(skill, path) : skill.Instructions };
    }
}
