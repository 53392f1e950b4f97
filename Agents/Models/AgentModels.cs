using Agents.Hosting;
using Agents.Hosting.Redaction;
using Agents.Models.Calls;
using Agents.Models.Providers;
using Agents.Models.Redaction;
using Agents.Models.Settings;
using Agents.Skills;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Protos.V1;

namespace Agents.Models;

/// <summary>The language models of a process, by its settings; an agent's constructor gets it after <see cref="ModelsExtensions.AddModels"/>.</summary>
public sealed class AgentModels
{
    /// <summary>What stands in prompts and tool results where a secret was taken out. What a model writes must not have it in a secret's place.</summary>
    public const string RedactionMark = SecretRedactor.Mark;

    private readonly ModelOptions _options;
    private readonly ModelProviders _providers;
    private readonly SecretRedactor _redactor;
    private readonly TimeProvider _time;
    private readonly SkillLibrary _skills;

    internal AgentModels(ModelOptions options, SecretRedactor redactor, TimeProvider time, SkillLibrary? skills = null)
    {
        _options = options;
        _providers = new ModelProviders(options);
        _redactor = redactor;
        _time = time;
        _skills = skills ?? SkillLibrary.None;
    }

    /// <summary>No model for anybody.</summary>
    public static AgentModels None { get; } = new(new ModelOptions(), new SecretRedactor([]), TimeProvider.System);

    /// <summary>Reads the section <c>Models</c>, and the skills of <c>Skills:Path</c>.</summary>
    /// <param name="configuration">The settings; those that are named like secrets are kept from leaving.</param>
    /// <param name="time">The clock. Null: the system's.</param>
    /// <returns>The models.</returns>
    /// <exception cref="AgentDefinitionException">A setting is wrong; the message names it.</exception>
    public static AgentModels Read(IConfiguration configuration, TimeProvider? time = null)
    {
        var options = ModelOptions.Read(configuration);
        return new AgentModels(options, SecretRedactor.Of(configuration, options.Secrets), time ?? TimeProvider.System, SkillLibrary.Read(configuration));
    }

    /// <summary>The model of a role for one attempt; to be asked for first thing, so that what is missing is told at once.</summary>
    /// <param name="role">The role, e.g. <c>planner</c>.</param>
    /// <param name="context">The attempt; calls are recorded there.</param>
    /// <returns>The model. Null: the settings say <c>none</c>, so the work is to be done without.</returns>
    /// <exception cref="TaskFailedException">MODEL_NOT_CONFIGURED: a setting that the provider needs is missing; the message names it. INVALID_INPUT: the task asks for a skill that is not there.</exception>
    public TaskModel? For(string role, TaskContext context)
    {
        var choice = _options.For(role);
        if (choice.Provider == ProviderKind.None)
            return null;
        var provider = _providers.Get(choice);
        var skills = TaskSkills.Of(_skills, context);
        return new TaskModel(choice, (purpose, rounds) => Pipeline(provider, choice, purpose, rounds ?? _options.ToolRounds, context, skills), _options, context, skills);
    }

    // From outside to inside: each tool result passes the redaction, and what is recorded is what leaves.
    private ToolCallingChatClient Pipeline(IChatClient provider, ModelChoice choice, string purpose, int rounds, TaskContext context, TaskSkills skills)
    {
        var errors = new ModelErrors(choice, _options.Of(choice.Provider), _redactor, _time);
        var retrying = new RetryingChatClient(provider, errors, _options, _time);
        var recording = new RecordingChatClient(retrying, choice, purpose, _options, Report, _time);
        return new ToolCallingChatClient(new RedactingChatClient(recording, _redactor), rounds);

        void Report(ModelCall call)
        {
            call.Skills.Add(skills.Names);
            context.ReportModelCall(call);
        }
    }
}
