namespace Hyperplane.Rpc;

/// <summary>A method and what serves it: reads its requests, runs the handler, writes its responses.</summary>
internal sealed record ServerMethod(IMethod Method, Func<HttpServerCallContext, Task> Invoke);
