namespace Agents.Hosting;

/// <summary>
/// Makes a class an agent. One object of it serves every attempt of the process, so it keeps no state of an attempt;
/// its constructor gets services by dependency injection. Its work is in methods marked <see cref="TaskAttribute"/>.
/// </summary>
/// <param name="role">What it is asked for by: lower case letters, digits and <c>-</c>, e.g. <c>reviewer</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class AgentAttribute(string role) : Attribute
{
    /// <summary>What it is asked for by.</summary>
    public string Role { get; } = role;

    /// <summary>Its name for people. Null: the role.</summary>
    public string? Name { get; set; }

    /// <summary>What it does, for people. Null: nothing is said.</summary>
    public string? Description { get; set; }

    /// <summary>Its semantic version. Null: that of its assembly.</summary>
    public string? Version { get; set; }

    /// <summary>Attempts at a time in one process. Default 1; the setting <c>Agents:MaxParallel</c> overrides it.</summary>
    public int MaxParallel { get; set; } = 1;

    /// <summary>Seconds for one attempt when the task does not say. Default 600.</summary>
    public int TimeLimit { get; set; } = 600;

    /// <summary>Tools that it may ask to use, e.g. <c>fs.read</c>. Others are denied.</summary>
    public string[] Tools { get; set; } = [];
}
