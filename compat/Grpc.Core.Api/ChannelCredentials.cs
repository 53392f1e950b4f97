using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>How a channel is secured.</summary>
public abstract class ChannelCredentials
{
    public static ChannelCredentials Insecure { get; } = new InsecureCredentials();

    /// <summary>TLS with the machine's roots.</summary>
    public static ChannelCredentials SecureSsl { get; } = new SslCredentials();

    /// <summary>Whether call credentials may be laid over these.</summary>
    internal virtual bool IsComposable => false;

    /// <summary>Channel credentials that put call credentials on every call.</summary>
    public static ChannelCredentials Create(ChannelCredentials channelCredentials, CallCredentials callCredentials) =>
        new Composite(channelCredentials, callCredentials);

    /// <summary>For implementations of gRPC: tells the configurator what this is.</summary>
    public abstract void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object? state);

    private sealed class InsecureCredentials : ChannelCredentials
    {
        // Whether credentials may go over an open connection is for the channel to say.
        internal override bool IsComposable => true;

        public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object? state) =>
            configurator.SetInsecureCredentials(state);
    }

    private sealed class Composite : ChannelCredentials
    {
        private readonly ChannelCredentials _channelCredentials;
        private readonly CallCredentials _callCredentials;

        public Composite(ChannelCredentials channelCredentials, CallCredentials callCredentials)
        {
            _channelCredentials = GrpcPreconditions.CheckNotNull(channelCredentials, nameof(channelCredentials));
            _callCredentials = GrpcPreconditions.CheckNotNull(callCredentials, nameof(callCredentials));
            if (!channelCredentials.IsComposable)
                throw new ArgumentException($"CallCredentials can't be composed with {channelCredentials.GetType().Name}. CallCredentials must be used with secure channel credentials like SslCredentials.");
        }

        public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object? state) =>
            configurator.SetCompositeCredentials(state, _channelCredentials, _callCredentials);
    }
}

/// <summary>For implementations of gRPC: receives what channel credentials consist of.</summary>
public abstract class ChannelCredentialsConfiguratorBase
{
    public abstract void SetInsecureCredentials(object? state);

    public abstract void SetSslCredentials(
        object? state, string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback);

    public abstract void SetCompositeCredentials(
        object? state, ChannelCredentials channelCredentials, CallCredentials callCredentials);
}
