namespace Agents.Hosting.Attempts;

internal readonly record struct AttemptId(string RunId, string TaskId, int Number);

internal readonly record struct TaskKey(string RunId, string TaskId);
