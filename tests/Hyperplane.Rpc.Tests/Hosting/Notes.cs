using Google.Protobuf;

namespace Hyperplane.Rpc.Tests.Hosting;

/// <summary>The methods that tests call, and services made of lambdas.</summary>
public static class Notes
{
    public const string Service = "hyperplane.rpc.tests.Notes";

    private static readonly Marshaller<Note> Bytes = Marshallers.ForProtobuf(Note.Parser);

    public static readonly Method<Note, Note> One = new(MethodType.Unary, Service, "One", Bytes, Bytes);
    public static readonly Method<Note, Note> Down = new(MethodType.ServerStreaming, Service, "Down", Bytes, Bytes);
    public static readonly Method<Note, Note> Up = new(MethodType.ClientStreaming, Service, "Up", Bytes, Bytes);
    public static readonly Method<Note, Note> Both = new(MethodType.DuplexStreaming, Service, "Both", Bytes, Bytes);

    public static ServerServiceDefinition WithOne(UnaryServerMethod<Note, Note> handler) =>
        ServerServiceDefinition.CreateBuilder().AddMethod(One, handler).Build();

    public static ServerServiceDefinition WithDown(ServerStreamingServerMethod<Note, Note> handler) =>
        ServerServiceDefinition.CreateBuilder().AddMethod(Down, handler).Build();

    public static ServerServiceDefinition WithUp(ClientStreamingServerMethod<Note, Note> handler) =>
        ServerServiceDefinition.CreateBuilder().AddMethod(Up, handler).Build();

    public static ServerServiceDefinition WithBoth(DuplexStreamingServerMethod<Note, Note> handler) =>
        ServerServiceDefinition.CreateBuilder().AddMethod(Both, handler).Build();

    /// <summary>Every shape; echoes, and fails in the ways that the text of a request asks for.</summary>
    public static ServerServiceDefinition Echo() => ServerServiceDefinition.CreateBuilder()
        .AddMethod(One, EchoOneAsync)
        .AddMethod(Down, async (request, responses, context) =>
        {
            for (uint i = 0; i < request.Count; i++)
                await responses.WriteAsync(new Note { Text = request.Text, Data = request.Data, Count = i });
        })
        .AddMethod(Up, async (requests, context) =>
        {
            var sum = new Note();
            await foreach (Note request in requests.ReadAllAsync())
            {
                sum.Text += request.Text;
                sum.Count += request.Count;
            }

            return sum;
        })
        .AddMethod(Both, async (requests, responses, context) =>
        {
            await foreach (Note request in requests.ReadAllAsync())
                await responses.WriteAsync(request);
        })
        .Build();

    public static Note OfSize(int bytes, int seed = 1)
    {
        byte[] data = new byte[bytes];
        new Random(seed).NextBytes(data);
        return new Note { Data = ByteString.CopyFrom(data) };
    }

    private static async Task<Note> EchoOneAsync(Note request, ServerCallContext context)
    {
        if (request.Text == "hang")
            await new TaskCompletionSource().Task.WaitAsync(context.CancellationToken);
        if (request.Text == "crash")
            throw new InvalidOperationException("the password is hunter2");
        if (request.Count is > 0 and <= 16)
            throw new RpcException(new Status((StatusCode)request.Count, request.Text));
        Metadata.Entry? asked = context.RequestHeaders.Get("x-ask-bin");
        if (asked is not null)
        {
            await context.WriteResponseHeadersAsync([new("x-head-bin", asked.ValueBytes)]);
            context.ResponseTrailers.Add("x-tail", context.RequestHeaders.GetValue("x-ask") ?? "");
            context.ResponseTrailers.Add("x-tail-bin", asked.ValueBytes);
        }

        return request;
    }
}
