using Aspire.Hosting.Local;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>Describes an application for a test.</summary>
public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable, IDisposable
{
    /// <summary>Ends the description.</summary>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    /// <returns>The application.</returns>
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}

/// <summary>Begins applications for tests: free ports instead of fixed ones, and a failed resource fails who waits for it.</summary>
public static class DistributedApplicationTestingBuilder
{
    /// <summary>Runs the program of an app host up to where it builds its application.</summary>
    /// <typeparam name="TEntryPoint">A type of the app host's assembly, such as <c>Projects.AppHost</c>.</typeparam>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    /// <returns>The description, to be changed and built.</returns>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>([], cancellationToken);

    /// <summary>Runs the program of an app host up to where it builds its application.</summary>
    /// <typeparam name="TEntryPoint">A type of the app host's assembly, such as <c>Projects.AppHost</c>.</typeparam>
    /// <param name="args">The program's arguments.</param>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    /// <returns>The description, to be changed and built.</returns>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync(typeof(TEntryPoint), args, cancellationToken);

    /// <summary>Runs the program of an app host up to where it builds its application.</summary>
    /// <param name="entryPoint">A type of the app host's assembly.</param>
    /// <param name="args">The program's arguments.</param>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    /// <returns>The description, to be changed and built.</returns>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(Type entryPoint, string[] args, CancellationToken cancellationToken = default) =>
        CreateAsync(entryPoint, args, (_, _) => { }, cancellationToken);

    /// <summary>Runs the program of an app host up to where it builds its application.</summary>
    /// <param name="entryPoint">A type of the app host's assembly.</param>
    /// <param name="args">The program's arguments.</param>
    /// <param name="configureBuilder">Changes how the application is to run.</param>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    /// <returns>The description, to be changed and built.</returns>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync(
        Type entryPoint, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder, CancellationToken cancellationToken = default)
    {
        var program = new ProgramUnderTest(entryPoint.Assembly, args, configureBuilder);
        return new TestingBuilder(await program.DescribeAsync(cancellationToken), program.BuildAsync, program);
    }

    /// <summary>Begins an application that the test describes itself.</summary>
    /// <param name="args">Settings such as <c>--Parameters:name=value</c>.</param>
    /// <returns>The description.</returns>
    public static IDistributedApplicationTestingBuilder Create(params string[] args)
    {
        var builder = new DistributedApplicationBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true });
        Prepare(builder);
        return new TestingBuilder(builder, _ => Task.FromResult(builder.Build()), program: null);
    }

    internal static void Prepare(DistributedApplicationBuilder builder)
    {
        builder.Configuration.AddInMemoryCollection([new("DcpPublisher:RandomizePorts", "true")]);
        builder.Services.Configure<ApplicationModel.ResourceNotificationServiceOptions>(o => o.DefaultWaitBehavior = ApplicationModel.WaitBehavior.StopOnResourceUnavailable);
    }
}
