using Hyperplane.Api;
using Hyperplane.Server.Tls;

namespace Hyperplane.Server;

/// <summary>What the environment asks of the API's role.</summary>
/// <param name="Url">Where it listens.</param>
/// <param name="Certificate">Its TLS certificate; null without TLS.</param>
/// <param name="Options">How it is protected from its callers.</param>
internal sealed record ApiSettings(Uri Url, CertificateFiles? Certificate, ApiOptions Options);
