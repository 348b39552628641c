/** pdf.js alone in a file: the page of a document loads it by its address. */
export {
  getDocument,
  GlobalWorkerOptions,
  PDFDataRangeTransport,
  PDFWorker,
} from "pdfjs-dist/legacy/build/pdf.mjs";
