namespace Agents.Tools;

/// <summary>
/// Makes a method a tool. Its parameters are the arguments: text, whole numbers, true or false, lists of texts, records;
/// one without a default is required. <c>[Description]</c>, <c>[Range]</c> and <c>[Length]</c> become part of the JSON
/// Schema. Parameters of the types <see cref="ToolCallContext"/> and <see cref="CancellationToken"/> are given, not
/// asked for. It returns a record or a <see cref="System.Text.Json.Nodes.JsonObject"/>, or a task of one.
/// </summary>
/// <param name="name">E.g. <c>fs.read</c>: lower case words, with dots between.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolAttribute(string name) : Attribute
{
    /// <summary>What it is called by.</summary>
    public string Name { get; } = name;

    /// <summary>What it does, for people and models. Null: nothing is said.</summary>
    public string? Description { get; set; }

    /// <summary>Who answers for it. Null: the assembly that declares it.</summary>
    public string? Owner { get; set; }

    /// <summary>What a wrong call can do. Default: <see cref="ToolRisk.Medium"/>.</summary>
    public ToolRisk Risk { get; set; } = ToolRisk.Medium;
}

/// <summary>What a wrong call can do. Policy has conditions on it.</summary>
public enum ToolRisk
{
    /// <summary>It reads what the attempt may read anyway.</summary>
    Low,

    /// <summary>It changes the attempt's own copy of the files, or reads from elsewhere.</summary>
    Medium,

    /// <summary>It runs programs, or changes what others rely on.</summary>
    High,

    /// <summary>What it does cannot be taken back.</summary>
    Critical,
}
