using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Orchestrator.Access;
using Orchestrator.Console.Agents;
using Orchestrator.Console.Approvals;
using Orchestrator.Console.Assets;
using Orchestrator.Console.Home;
using Orchestrator.Console.Layout;
using Orchestrator.Console.Runs;
using Orchestrator.Console.Runs.Detail;
using Orchestrator.Console.Runs.History;
using Orchestrator.Console.SignIn;
using Orchestrator.Console.Tools;

namespace Orchestrator.Console;

/// <summary>The web console, at <c>/</c> of the HTTP endpoint.</summary>
/// <remarks>
/// <para>
/// How to add a page: make a folder for its family with a static class that maps its routes on the group given by
/// <see cref="MapConsole"/>, and call it there. A handler reads from the same services as REST and gRPC
/// (<c>IRunEngine</c>, <c>IAgentDirectory</c>, …), with <c>Callers.Of(context)</c> as the principal, and returns
/// <c>Page.Show&lt;SomePage&gt;(new { Model = … })</c>. The page is a Razor component whose root is
/// <c>&lt;Shell Title="…" Active="…"&gt;</c>; its parameters are public and so of public types (those of Protos, or records
/// with documentation), while <c>@inject</c> takes internal services too. The parts in <c>Parts/</c> are for all pages:
/// <c>PageHeader</c>, <c>StatusBadge</c>, <c>DataTable</c>, <c>Pager</c>, <c>EmptyState</c>, <c>TimeView</c>,
/// <c>DurationView</c>, <c>JsonTree</c>, <c>MarkdownView</c>, <c>Meter</c>, <c>Icon</c>; <c>Forms/SchemaForm</c> makes a form
/// of a JSON Schema and reads what was posted. A new entry of the navigation is a line in <c>Layout/Navigation</c>. What is
/// refused (<c>RequestRefusedException</c>) and unknown pages are shown by <c>ConsoleErrors</c>: nothing is caught in a handler
/// but what a form shows beside its fields.
/// </para>
/// <para>
/// A form posts to a route of the console, holds <c>&lt;FormToken /&gt;</c> (checked for every POST of the group, see
/// <c>FormGuard</c>), and the handler ends with <c>Page.SeeOther(url, "What was done.")</c>, which the next page says. There
/// is no inline script and no <c>style=</c>: the policy forbids both; looks are classes in <c>Assets/*.css</c>, and the shell
/// links all of them. What is to stay up to date is an element with an <c>id</c> and <c>data-fragment="url"</c> (the server's
/// rendering of that element's content) and, unless it is on the page of a run, whose events say when it changes,
/// <c>data-every="seconds"</c>; <c>Assets/live.js</c> fetches it and <c>Assets/morph.js</c> changes what is different, so that
/// focus, open details and typed text stay. A fragment is a component without a shell, returned by <c>Page.Fragment</c>.
/// </para>
/// </remarks>
internal static class ConsoleExtensions
{
    /// <summary>Adds what <see cref="MapConsole"/> needs, the pages for errors included.</summary>
    public static IServiceCollection AddConsole(this IServiceCollection services)
    {
        services.AddOptions<ConsoleOptions>().BindConfiguration("Console").ValidateDataAnnotations().ValidateOnStart();
        services.AddRazorComponents();
        services.Configure<KeyManagementOptions>(options => (options.XmlRepository, options.XmlEncryptor) = (new NoKeysKept(), new NullXmlEncryptor()));
        services.AddSingleton<AssetCatalog>();
        services.AddSingleton<RunHistories>();
        services.AddSingleton<RunReads>();
        services.AddTransient<IStartupFilter, ConsoleErrorsFilter>();
        return services;
    }

    /// <summary>Maps the pages. Needs <see cref="AddConsole"/>.</summary>
    public static void MapConsole(this IEndpointRouteBuilder app)
    {
        AssetEndpoint.Map(app);
        SignInEndpoints.MapOpen(app);
        var console = app.MapGroup("").AddEndpointFilter<ConsoleHeaders>().AddEndpointFilter<FormGuard>().WithMetadata(new ConsoleEndpoint()).Needs(Permissions.RunsRead).ExcludeFromDescription();
        SignInEndpoints.Map(console);
        HomeEndpoints.Map(console);
        ApprovalEndpoints.Map(console);
        AgentEndpoints.Map(console);
        ToolEndpoints.Map(console);
        Policies.PolicyEndpoints.Map(console);
        Playbooks.PlaybookEndpoints.Map(console);
        Schedules.ScheduleEndpoints.Map(console);
        Audit.AuditEndpoints.Map(console);
        RunsEndpoints.Map(console);
        RunEndpoints.Map(console);
    }

    // Outermost, for the same reason as that of the REST API.
    private sealed class ConsoleErrorsFilter : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.UseMiddleware<ConsoleErrors>();
            next(app);
        };
    }
}
