using Aspire.Hosting.ApplicationModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>What runs, how it is, and start, stop and restart.</summary>
internal static class ResourcePages
{
    public static void Map(IEndpointRouteBuilder app, ResourceCatalog resources)
    {
        app.MapGet("/", context => Layout.WriteAsync(context, "Resources", "/", Html.Of($"""<div data-fragment="/fragments/resources">{Table(resources.All())}</div>""")));
        app.MapGet("/fragments/resources", context => Layout.WriteFragmentAsync(context, Table(resources.All())));
        app.MapGet("/resources/{id}", context => ShowAsync(context, resources, whole: true));
        app.MapGet("/fragments/resources/{id}", context => ShowAsync(context, resources, whole: false));
        app.MapPost("/resources/{id}/{command}", context => CommandAsync(context, resources));
    }

    private static Html Table(IReadOnlyList<ResourceEvent> resources) => Html.Of($"""
        <div class="scroll" role="region" aria-label="Resources" tabindex="0"><table><caption class="hidden">Resources</caption>
        <thead><tr><th scope="col">Name</th><th scope="col">State</th><th scope="col">Health</th><th scope="col">Started</th><th scope="col">Addresses</th><th scope="col">Pages</th><th scope="col">Actions</th></tr></thead>
        <tbody>{resources.Select(Row)}</tbody></table></div>
        """);

    private static Html Row(ResourceEvent resource) => Html.Of($"""
        <tr><th scope="row"><a href="/resources/{resource.ResourceId}">{resource.ResourceId}</a><span class="quiet">{resource.Snapshot.ResourceType}</span></th>
        <td>{State(resource.Snapshot)}</td><td>{Health(resource.Snapshot)}</td><td>{Started(resource.Snapshot)}</td><td>{Addresses(resource.Snapshot)}</td>
        <td><a href="/consolelogs/{resource.ResourceId}">Logs</a> <a href="/traces?filter={Uri.EscapeDataString(resource.Resource.Name)}">Traces</a></td>
        <td>{Buttons(resource)}</td></tr>
        """);

    private static Html State(CustomResourceSnapshot snapshot)
    {
        var (text, style) = (snapshot.State?.Text ?? "Unknown", snapshot.State?.Style ?? "info");
        var code = snapshot.ExitCode is { } exit ? Html.Of($" <span class=\"quiet\">exit code {exit}</span>") : Html.Empty;
        return Html.Of($"""<span class="badge {style}">{text}</span>{code}""");
    }

    private static Html Health(CustomResourceSnapshot snapshot) => snapshot.HealthStatus is { } status
        ? Html.Of($"""<span class="badge {(status.ToString() == "Healthy" ? "success" : "error")}">{status.ToString()}</span>""")
        : Html.Of($"""<span class="quiet">{(snapshot.State?.Text == KnownResourceStates.Running ? "not known yet" : "–")}</span>""");

    private static Html Started(CustomResourceSnapshot snapshot) => snapshot.StartTimeStamp is { } start ? Layout.Time(new DateTimeOffset(start, TimeSpan.Zero)) : Html.Of($"–");

    private static Html Addresses(CustomResourceSnapshot snapshot) => Html.Join(snapshot.Urls.Select(url => url.Url.StartsWith("http", StringComparison.Ordinal) && !url.IsInternal
        ? Html.Of($"""<a class="address" href="{url.Url}">{url.Name}: {url.Url}</a>""") : Html.Of($"""<span class="address">{url.Name}: {url.Url}</span>""")));

    private static Html Buttons(ResourceEvent resource) => Html.Join(ResourceCatalog.Commands(resource).Select(command => Html.Of($"""
        <form method="post" action="/resources/{resource.ResourceId}/{command.Name}"><button aria-label="{command.Title} {resource.ResourceId}">{command.Title}</button></form>
        """)));

    private static Task ShowAsync(HttpContext context, ResourceCatalog resources, bool whole)
    {
        if (resources.Find((string)context.GetRouteValue("id")!) is not { } resource)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Layout.WriteAsync(context, "No such resource", "/", Html.Of($"""<p><a href="/">All resources</a></p>"""));
        }

        var id = resource.ResourceId;
        return whole
            ? Layout.WriteAsync(context, id, "", Html.Of($"""<div data-fragment="/fragments/resources/{id}">{Details(resource)}</div>"""))
            : Layout.WriteFragmentAsync(context, Details(resource));
    }

    private static Html Details(ResourceEvent resource)
    {
        var snapshot = resource.Snapshot;
        return Html.Of($"""
            <p>{State(snapshot)} {Health(snapshot)} <a href="/consolelogs/{resource.ResourceId}">Logs</a> <a href="/traces?filter={Uri.EscapeDataString(resource.Resource.Name)}">Traces</a></p>
            <div class="actions">{Buttons(resource)}</div>
            <h2>Facts</h2><dl><dt>Kind</dt><dd>{snapshot.ResourceType}</dd><dt>Started</dt><dd>{Started(snapshot)}</dd><dt>Addresses</dt><dd>{Addresses(snapshot)}</dd>
            {snapshot.Properties.Select(property => Html.Of($"<dt>{property.Name}</dt><dd>{Convert.ToString(property.Value, System.Globalization.CultureInfo.InvariantCulture)}</dd>"))}</dl>
            {(snapshot.HealthReports.IsEmpty ? Html.Empty : Html.Of($"""
                <h2>Health checks</h2><dl>{snapshot.HealthReports.Select(report => Html.Of($"<dt>{report.Name}</dt><dd>{report.Status?.ToString() ?? "not known yet"} {report.Description}</dd>"))}</dl>
                """))}
            <h2>Environment</h2>
            <div class="scroll" role="region" aria-label="Environment" tabindex="0"><table><caption class="hidden">Environment; what is named like a secret is not shown</caption>
            <thead><tr><th scope="col">Name</th><th scope="col">Value</th></tr></thead>
            <tbody>{snapshot.EnvironmentVariables.OrderBy(variable => variable.Name, StringComparer.Ordinal).Select(variable => Html.Of($"<tr><th scope=\"row\">{variable.Name}</th><td><code>{Secrets.Show(variable.Name, variable.Value ?? "")}</code></td></tr>"))}</tbody></table></div>
            """);
    }

    private static async Task CommandAsync(HttpContext context, ResourceCatalog resources)
    {
        var (id, command) = ((string)context.GetRouteValue("id")!, (string)context.GetRouteValue("command")!);
        if (resources.Find(id) is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        // The browser may go away; what was begun is done.
        if (await resources.CommandAsync(id, command, CancellationToken.None) is { } problem)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            await Layout.WriteAsync(context, "That did not work", "/", Html.Of($"""<p>{id}: {problem}</p><p><a href="/">All resources</a></p>"""));
            return;
        }

        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = "/";
    }
}
