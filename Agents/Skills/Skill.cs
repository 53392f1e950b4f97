namespace Agents.Skills;

/// <summary>An instruction pack: a folder with a <c>SKILL.md</c>.</summary>
/// <param name="Name">As its folder is called, e.g. <c>house-style</c>.</param>
/// <param name="Description">What it is for: tasks with the same words get it.</param>
/// <param name="Instructions">Markdown, after the front matter.</param>
/// <param name="Files">Its other files (scripts, resources), relative to its folder, with <c>/</c>, sorted.</param>
public sealed record Skill(string Name, string Description, string Instructions, IReadOnlyList<string> Files);
