import { receiveJson } from "./json-body.ts";
import { receiveUpload, type Upload, type UploadOptions } from "./upload.ts";

/** Receives a request's audio and fields, as a multipart form or as JSON. @throws SttError as either of them does */
export function receiveBody(request: Request, options: UploadOptions): Promise<Upload> {
  const contentType = request.headers.get("content-type") ?? "";
  const isJson = /^application\/json\s*(;|$)/i.test(contentType);
  return isJson ? receiveJson(request, options) : receiveUpload(request, options);
}
