namespace Agents.Hosting;

/// <summary>An agent is declared in a way that cannot work, or a setting is wrong. Found at start; the message says what and why.</summary>
/// <param name="message">Names the class, method or setting, the value and the rule.</param>
public sealed class AgentDefinitionException(string message) : Exception(message);
