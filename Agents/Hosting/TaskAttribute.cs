namespace Agents.Hosting;

/// <summary>
/// Makes a method of an agent a kind of work. Its parameters, in any order: the input (a record whose JSON Schema becomes
/// part of the contract), and if wanted a <see cref="TaskContext"/> and a <see cref="CancellationToken"/>. It returns the
/// output (a record), as a <see cref="Task{TResult}"/>, a <see cref="ValueTask{TResult}"/> or directly.
/// </summary>
/// <param name="taskType">What it is asked for by: lower case letters, digits, <c>-</c> and <c>_</c>, e.g. <c>security</c>.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class TaskAttribute(string taskType) : Attribute
{
    /// <summary>What it is asked for by.</summary>
    public string TaskType { get; } = taskType;

    /// <summary>What it does, for people and planners. Null: nothing is said.</summary>
    public string? Description { get; set; }
}
